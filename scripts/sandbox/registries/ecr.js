// Amazon ECR's front door: Basic authentication with the token that moto hands out; repositories, tag
// mutability and image lists are moto's (the control plane), the bytes are a real registry's (the data plane).
const fs = require('fs');

const ACCOUNT = '123456789012';
// The account's own token; behind a function's stands the access key of its session.
const TOKEN = new RegExp('^AWS:' + ACCOUNT + '-auth-token(-(\\w+))?$');
// What a request to the registry takes of rights, as the API's actions are named.
const ACTIONS = {
    manifests: {GET: ['ecr:BatchGetImage'], HEAD: ['ecr:BatchGetImage'], PUT: ['ecr:PutImage']},
    blobs: {
        GET: ['ecr:GetDownloadUrlForLayer'], HEAD: ['ecr:BatchCheckLayerAvailability'], POST: ['ecr:InitiateLayerUpload'],
        PATCH: ['ecr:UploadLayerPart'], PUT: ['ecr:UploadLayerPart', 'ecr:CompleteLayerUpload']},
    tags: {GET: ['ecr:ListImages']},
    referrers: {GET: ['ecr:BatchGetImage']},
};
const SMALLEST_PART = 5 * 1024 * 1024;
const LAYERS = 'https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com';

function refuse(r, status, code, message) {
    r.headersOut['Content-Type'] = 'application/json; charset=utf-8';
    r.return(status, JSON.stringify({errors: [{code: code, message: message}]}) + '\n');
}

async function control(r, operation, input) {
    const answer = await r.subrequest('/control', {method: 'POST', body: JSON.stringify(input), args: operation});
    try {
        return {status: answer.status, body: JSON.parse(answer.responseText || '{}')};
    } catch (page) {
        // What moto cannot do it says with a page of HTML.
        return {status: answer.status, body: {__type: 'InternalFailure'}};
    }
}

// Why whoever this token belongs to must not do this; undefined if they may.
async function refusal(r, key, kind, repository) {
    const rights = ((ACTIONS[kind] || {})[r.method] || ['ecr:' + r.method]).map(function (action) { return [action, repository]; });
    if (r.args.from) {
        rights.push(['ecr:GetDownloadUrlForLayer', r.args.from]);
    }
    for (let i = 0; i < rights.length; i++) {
        const asked = await r.subrequest('/rights', {
            method: 'GET', args: 'key=' + key + '&action=' + rights[i][0] + '&repository=' + rights[i][1]});
        if (asked.status !== 200) {
            return asked.responseText || 'nobody knows the rights of ' + key;
        }
    }
    return undefined;
}

async function present(r) {
    return (await r.subrequest('/registry' + r.uri, {method: 'HEAD'})).status === 200;
}

// When an image was last pulled is not known to moto: it is kept in a file for each image.
function pulls(r, repository, digest) {
    return r.variables.state + '/pulls/' + repository.replace(/\//g, '+') + '@' + digest;
}

// A function's pulls are none: the stack excludes the roles that copy from pull times (AWS::ECR::PullTimeUpdateExclusion, which
// moto does not know either).
async function notePull(r, repository) {
    const asked = await r.subrequest('/registry' + r.uri, {method: 'HEAD'});
    if (asked.status === 200) {
        fs.writeFileSync(pulls(r, repository, asked.headersOut['Docker-Content-Digest']), String(Date.now() / 1000));
    }
}

// DescribeImages: what moto says, and when each image was last pulled.
async function images(r) {
    const answer = await r.subrequest('/moto', {method: 'POST', body: r.requestText});
    let text = answer.responseText;
    if (answer.status === 200) {
        const said = JSON.parse(text);
        said.imageDetails.forEach(function (image) {
            try {
                image.lastRecordedPullTime = Number(fs.readFileSync(pulls(r, image.repositoryName, image.imageDigest), 'utf8'));
            } catch (neverPulled) {
                return;
            }
        });
        text = JSON.stringify(said);
    }
    r.headersOut['Content-Type'] = 'application/x-amz-json-1.1';
    r.return(answer.status, text);
}

// Filters of excluded tags are patterns with * for any characters.
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
    if (tag && isImmutable(description, tag) && await present(r)) {
        refuse(r, 400, 'TAG_INVALID', "The image tag '" + tag + "' already exists in the '" + repository + "' repository and cannot be overwritten because the tag is immutable.");
        return;
    }
    const stored = await r.subrequest('/registry' + r.uri, {method: 'PUT', body: r.requestText});
    const digest = stored.headersOut['Docker-Content-Digest'];
    if (stored.status === 201) {
        const known = await control(r, 'PutImage', {
            repositoryName: repository, imageManifest: r.requestText, imageTag: tag, imageDigest: digest,
            imageManifestMediaType: r.headersIn['Content-Type']});
        if (known.status !== 200 && String(known.body.__type).indexOf('ImageAlreadyExists') < 0) {
            r.error('moto does not take ' + repository + ':' + reference + ': ' + JSON.stringify(known.body));
        }
    }
    if (digest) {
        r.headersOut['Docker-Content-Digest'] = digest;
        r.headersOut['Location'] = 'https://' + r.headersIn['Host'] + '/v2/' + repository + '/manifests/' + digest;
    }
    r.headersOut['Content-Type'] = stored.headersOut['Content-Type'] || 'text/plain';
    r.return(stored.status, stored.responseText || '');
}

// A layer in parts, as the API counts them: every part but the last has a least size. The first part of an upload that
// goes on was not the last.
function isTooSmallAPart(r) {
    const range = (r.headersIn['Content-Range'] || '').match(/^(\d+)-\d+$/);
    return range !== null && range[1] > 0 && range[1] < SMALLEST_PART;
}

async function door(r) {
    r.headersOut['Docker-Distribution-Api-Version'] = 'registry/2.0';
    const authorization = r.headersIn['Authorization'] || '';
    const token = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString().match(TOKEN);
    if (!token) {
        r.headersOut['Www-Authenticate'] = 'Basic realm="https://' + r.headersIn['Host'] + '/",service="ecr.amazonaws.com"';
        // Amazon ECR calls a wrong token a bad request, and a missing one unauthorized.
        r.return(authorization ? 400 : 401, authorization ? 'Your authorization token is invalid\n' : 'Not Authorized\n');
        return;
    }
    const path = r.uri.match(/^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/(.+)$/);
    if (!path) {
        r.internalRedirect('@registry');
        return;
    }
    if (token[2]) {
        const why = await refusal(r, token[2], path[2], path[1]);
        if (why) {
            refuse(r, 403, 'DENIED', why);
            return;
        }
    }
    const found = await control(r, 'DescribeRepositories', {repositoryNames: [path[1]]});
    if (found.status !== 200) {
        refuse(r, 404, 'NAME_UNKNOWN', "The repository with name '" + path[1] + "' does not exist in the registry with id '" + ACCOUNT + "'");
        return;
    }
    if (path[2] === 'manifests' && (r.method === 'GET' || r.method === 'HEAD') && !token[2]) {
        await notePull(r, path[1]);
    }
    if (r.method === 'PATCH') {
        if (isTooSmallAPart(r)) {
            refuse(r, 400, 'BLOB_UPLOAD_INVALID', 'Layer parts must be at least ' + SMALLEST_PART + ' bytes in size, except the last');
        } else {
            r.internalRedirect('@registry');
        }
    } else if (path[2] === 'manifests' && r.method === 'PUT') {
        await putManifest(r, found.body.repositories[0], path[3]);
    } else if (path[2] === 'manifests' && r.method === 'GET' && !(await present(r))) {
        refuse(r, 404, 'MANIFEST_UNKNOWN', 'Requested image not found');
    } else if (path[2] === 'blobs' && r.method === 'GET' && await present(r)) {
        r.headersOut['Location'] = LAYERS + r.uri + '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=' + Date.now();
        r.return(307, '');
    } else {
        r.internalRedirect('@registry');
    }
}

export default {door, images};
