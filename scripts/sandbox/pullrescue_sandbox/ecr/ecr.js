// Amazon ECR as a registry client sees it: Basic authentication with the token that moto issues. Repositories, tag
// mutability and image lists are moto's (the control plane), the bytes are in a docker-registry (the data plane).
const fs = require('fs');

const ACCOUNT = '123456789012';
// The account's own token; a function's token ends with the access key of its session.
const TOKEN = new RegExp('^AWS:' + ACCOUNT + '-auth-token(-(\\w+))?$');
// The IAM actions that a request to the registry needs.
const ACTIONS = {
    manifests: {GET: ['ecr:BatchGetImage'], HEAD: ['ecr:BatchGetImage'], PUT: ['ecr:PutImage']},
    blobs: {
        GET: ['ecr:GetDownloadUrlForLayer'], HEAD: ['ecr:BatchCheckLayerAvailability'], POST: ['ecr:InitiateLayerUpload'],
        PATCH: ['ecr:UploadLayerPart'], PUT: ['ecr:UploadLayerPart', 'ecr:CompleteLayerUpload']},
    tags: {GET: ['ecr:ListImages']},
    referrers: {GET: ['ecr:BatchGetImage']},
};
const MIN_PART_BYTES = 5 * 1024 * 1024;
const LAYERS = 'https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com';

function reject(r, status, code, message) {
    r.headersOut['Content-Type'] = 'application/json; charset=utf-8';
    r.return(status, JSON.stringify({errors: [{code: code, message: message}]}) + '\n');
}

async function control(r, operation, input) {
    const answer = await r.subrequest('/control', {method: 'POST', body: JSON.stringify(input), args: operation});
    try {
        return {status: answer.status, body: JSON.parse(answer.responseText || '{}')};
    } catch (page) {
        // For operations that it does not implement, moto answers with a page of HTML.
        return {status: answer.status, body: {__type: 'InternalFailure'}};
    }
}

// Returns why the session of this access key may not do this; undefined if it may.
async function denialReason(r, key, kind, repository) {
    const permissions = ((ACTIONS[kind] || {})[r.method] || ['ecr:' + r.method]).map(function (action) { return [action, repository]; });
    if (r.args.from) {
        permissions.push(['ecr:GetDownloadUrlForLayer', r.args.from]);
    }
    for (let i = 0; i < permissions.length; i++) {
        const decision = await r.subrequest('/permissions', {
            method: 'GET', args: 'key=' + key + '&action=' + permissions[i][0] + '&repository=' + permissions[i][1]});
        if (decision.status !== 200) {
            return decision.responseText || 'the permissions of ' + key + ' are unknown';
        }
    }
    return undefined;
}

async function manifestExists(r) {
    return (await r.subrequest('/registry' + r.uri, {method: 'HEAD'})).status === 200;
}

// moto does not record when an image was last pulled: a file for each image does.
function pullTimeFile(r, repository, digest) {
    return r.variables.state + '/pulls/' + repository.replace(/\//g, '+') + '@' + digest;
}

// Pulls of functions are not recorded: the stack excludes their roles (AWS::ECR::PullTimeUpdateExclusion, which moto does not
// implement either).
async function recordPull(r, repository) {
    const manifest = await r.subrequest('/registry' + r.uri, {method: 'HEAD'});
    if (manifest.status === 200) {
        fs.writeFileSync(pullTimeFile(r, repository, manifest.headersOut['Docker-Content-Digest']), String(Date.now() / 1000));
    }
}

// The calls that moto does not answer completely.
async function api(r) {
    r.headersOut['Content-Type'] = 'application/x-amz-json-1.1';
    await (r.headersIn['X-Amz-Target'].endsWith('.DescribeImages') ? describeImages(r) : checkLayers(r));
}

// BatchCheckLayerAvailability: moto does not implement it, and the docker-registry has the layers.
async function checkLayers(r) {
    const input = JSON.parse(r.requestText);
    const layers = [];
    for (let i = 0; i < input.layerDigests.length; i++) {
        const digest = input.layerDigests[i];
        const blob = await r.subrequest('/registry/v2/' + input.repositoryName + '/blobs/' + digest, {method: 'HEAD'});
        layers.push({layerDigest: digest, layerAvailability: blob.status === 200 ? 'AVAILABLE' : 'UNAVAILABLE'});
    }
    r.return(200, JSON.stringify({layers: layers, failures: []}));
}

// DescribeImages: moto's answer, with the time of the last pull of each image.
async function describeImages(r) {
    const answer = await r.subrequest('/moto', {method: 'POST', body: r.requestText});
    let text = answer.responseText;
    if (answer.status === 200) {
        const content = JSON.parse(text);
        content.imageDetails.forEach(function (image) {
            try {
                image.lastRecordedPullTime = Number(fs.readFileSync(pullTimeFile(r, image.repositoryName, image.imageDigest), 'utf8'));
            } catch (neverPulled) {
                return;
            }
        });
        text = JSON.stringify(content);
    }
    r.return(answer.status, text);
}

// Exclusion filters are patterns in which * stands for any characters.
function isImmutable(repository, tag) {
    const excluded = (repository.imageTagMutabilityExclusionFilters || []).some(function (one) {
        return new RegExp('^' + one.filter.replace(/\./g, '\\.').replace(/\*/g, '.*') + '$').test(tag);
    });
    switch (repository.imageTagMutability) {
    case 'IMMUTABLE': return true;
    case 'IMMUTABLE_WITH_EXCLUSION': return !excluded;
    case 'MUTABLE_WITH_EXCLUSION': return excluded;
    default: return false;
    }
}

async function putManifest(r, description, reference) {
    const repository = description.repositoryName;
    const tag = reference.startsWith('sha256:') ? undefined : reference;
    if (tag && isImmutable(description, tag) && await manifestExists(r)) {
        reject(r, 400, 'TAG_INVALID', "The image tag '" + tag + "' already exists in the '" + repository + "' repository and cannot be overwritten because the tag is immutable.");
        return;
    }
    const stored = await r.subrequest('/registry' + r.uri, {method: 'PUT', body: r.requestText});
    const digest = stored.headersOut['Docker-Content-Digest'];
    if (stored.status === 201) {
        const known = await control(r, 'PutImage', {
            repositoryName: repository, imageManifest: r.requestText, imageTag: tag, imageDigest: digest,
            imageManifestMediaType: r.headersIn['Content-Type']});
        if (known.status !== 200 && String(known.body.__type).indexOf('ImageAlreadyExists') < 0) {
            r.error('moto rejected ' + repository + ':' + reference + ': ' + JSON.stringify(known.body));
        }
    }
    if (digest) {
        r.headersOut['Docker-Content-Digest'] = digest;
        r.headersOut['Location'] = 'https://' + r.headersIn['Host'] + '/v2/' + repository + '/manifests/' + digest;
    }
    r.headersOut['Content-Type'] = stored.headersOut['Content-Type'] || 'text/plain';
    r.return(stored.status, stored.responseText || '');
}

// Every part of a layer except the last has a minimum size. A part that begins behind the first byte proves that the one
// before it was not the last.
function previousPartIsTooSmall(r) {
    const range = (r.headersIn['Content-Range'] || '').match(/^(\d+)-\d+$/);
    return range !== null && range[1] > 0 && range[1] < MIN_PART_BYTES;
}

async function handle(r) {
    r.headersOut['Docker-Distribution-Api-Version'] = 'registry/2.0';
    const authorization = r.headersIn['Authorization'] || '';
    const token = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString().match(TOKEN);
    if (!token) {
        r.headersOut['Www-Authenticate'] = 'Basic realm="https://' + r.headersIn['Host'] + '/",service="ecr.amazonaws.com"';
        // Amazon ECR answers 400 to a wrong token, and 401 to a missing one.
        r.return(authorization ? 400 : 401, authorization ? 'Your authorization token is invalid\n' : 'Not Authorized\n');
        return;
    }
    const path = r.uri.match(/^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/(.+)$/);
    if (!path) {
        r.internalRedirect('@registry');
        return;
    }
    if (token[2]) {
        const reason = await denialReason(r, token[2], path[2], path[1]);
        if (reason) {
            reject(r, 403, 'DENIED', reason);
            return;
        }
    }
    const found = await control(r, 'DescribeRepositories', {repositoryNames: [path[1]]});
    if (found.status !== 200) {
        reject(r, 404, 'NAME_UNKNOWN', "The repository with name '" + path[1] + "' does not exist in the registry with id '" + ACCOUNT + "'");
        return;
    }
    if (path[2] === 'manifests' && (r.method === 'GET' || r.method === 'HEAD') && !token[2]) {
        await recordPull(r, path[1]);
    }
    if (r.method === 'PATCH') {
        if (previousPartIsTooSmall(r)) {
            reject(r, 400, 'BLOB_UPLOAD_INVALID', 'Layer parts must be at least ' + MIN_PART_BYTES + ' bytes in size, except the last');
        } else {
            r.internalRedirect('@registry');
        }
    } else if (path[2] === 'manifests' && r.method === 'PUT') {
        await putManifest(r, found.body.repositories[0], path[3]);
    } else if (path[2] === 'manifests' && r.method === 'GET' && !(await manifestExists(r))) {
        reject(r, 404, 'MANIFEST_UNKNOWN', 'Requested image not found');
    } else if (path[2] === 'blobs' && r.method === 'GET' && await manifestExists(r)) {
        r.headersOut['Location'] = LAYERS + r.uri + '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=' + Date.now();
        r.return(307, '');
    } else {
        r.internalRedirect('@registry');
    }
}

export default {handle, api};
