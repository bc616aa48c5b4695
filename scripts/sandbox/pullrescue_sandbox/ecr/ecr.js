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
async function denialReason(r, key, kind, repository, more) {
    const actions = ((ACTIONS[kind] || {})[r.method] || ['ecr:' + r.method]).concat(more);
    const permissions = actions.map(function (action) { return [action, repository]; });
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

// The calls that moto does not answer, or not completely.
const CALLS = {
    BatchCheckLayerAvailability: checkLayers,
    CreatePullThroughCacheRule: createRule,
    DeletePullThroughCacheRule: deleteRule,
    DescribeImages: describeImages,
    DescribePullThroughCacheRules: describeRules,
    UpdateImageStorageClass: updateStorageClass,
};

async function api(r) {
    r.headersOut['Content-Type'] = 'application/x-amz-json-1.1';
    await CALLS[r.headersIn['X-Amz-Target'].split('.')[1]](r);
}

function answer(r, content) {
    r.return(200, JSON.stringify(content));
}

function fail(r, type, message) {
    r.return(400, JSON.stringify({__type: type, message: message}));
}

function readJson(file, absent) {
    try {
        return JSON.parse(fs.readFileSync(file, 'utf8'));
    } catch (none) {
        return absent;
    }
}

// ---- Pull-through cache rules: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html

// Upstream registries that need a secret: CreatePullThroughCacheRule in the API reference.
const WITH_SECRET = ['registry-1.docker.io', 'ghcr.io', 'registry.gitlab.com'];
const TAG_AGE_MS = 24 * 3600 * 1000;

function rulesFile(r) {
    return r.variables.state + '/pull-through-cache-rules.json';
}

function rules(r) {
    return readJson(rulesFile(r), []);
}

function createRule(r) {
    const rule = JSON.parse(r.requestText);
    const all = rules(r);
    if (all.some(function (other) { return other.ecrRepositoryPrefix === rule.ecrRepositoryPrefix; })) {
        fail(r, 'PullThroughCacheRuleAlreadyExistsException', "A pull through cache rule with the prefix '" + rule.ecrRepositoryPrefix + "' already exists");
        return;
    }
    if (WITH_SECRET.indexOf(rule.upstreamRegistryUrl) >= 0 && !rule.credentialArn) {
        // The words: https://github.com/aws-controllers-k8s/community/issues/2589
        fail(r, 'UnsupportedUpstreamRegistryException', 'The specified upstream registry requires authentication. Specify a valid Secrets Manager ARN');
        return;
    }
    const created = Object.assign({}, rule, {
        registryId: ACCOUNT, createdAt: Date.now() / 1000, upstreamRepositoryPrefix: rule.upstreamRepositoryPrefix || 'ROOT'});
    fs.writeFileSync(rulesFile(r), JSON.stringify(all.concat([created])));
    answer(r, created);
}

function deleteRule(r) {
    const prefix = JSON.parse(r.requestText).ecrRepositoryPrefix;
    const all = rules(r);
    const found = all.filter(function (rule) { return rule.ecrRepositoryPrefix === prefix; })[0];
    if (!found) {
        fail(r, 'PullThroughCacheRuleNotFoundException', "The pull through cache rule with the prefix '" + prefix + "' does not exist");
        return;
    }
    fs.writeFileSync(rulesFile(r), JSON.stringify(all.filter(function (rule) { return rule !== found; })));
    answer(r, found);
}

function describeRules(r) {
    const wanted = JSON.parse(r.requestText).ecrRepositoryPrefixes;
    answer(r, {pullThroughCacheRules: rules(r).filter(function (rule) { return !wanted || wanted.indexOf(rule.ecrRepositoryPrefix) >= 0; })});
}

// The rule that covers a repository: that with the longest prefix; ROOT covers what no other rule does.
function ruleOf(r, repository) {
    const covering = rules(r).filter(function (rule) {
        return rule.ecrRepositoryPrefix === 'ROOT' || repository.startsWith(rule.ecrRepositoryPrefix + '/');
    });
    covering.sort(function (one, other) { return length(other) - length(one); });
    return covering[0];
}

function length(rule) {
    return rule.ecrRepositoryPrefix === 'ROOT' ? 0 : rule.ecrRepositoryPrefix.length;
}

function upstreamRepository(rule, repository) {
    const name = rule.ecrRepositoryPrefix === 'ROOT' ? repository : repository.slice(rule.ecrRepositoryPrefix.length + 1);
    return rule.upstreamRepositoryPrefix === 'ROOT' ? name : rule.upstreamRepositoryPrefix + '/' + name;
}

// What was imported: repository to the upstream repository, and tag to the time when upstream was last asked.
function importsFile(r, repository) {
    return r.variables.state + '/imports/' + repository.replace(/\//g, '+');
}

function imports(r, repository) {
    return readJson(importsFile(r, repository), {tags: {}});
}

// Returns whether this request makes ECR ask upstream: a tag that is not cached, or whose last check is 24 hours old. A request
// by digest does not (https://github.com/aws/containers-roadmap/issues/2837).
async function asksUpstream(r, repository, reference) {
    if (reference.startsWith('sha256:') || !ruleOf(r, repository)) {
        return false;
    }
    const checked = imports(r, repository).tags[reference];
    return checked ? Date.now() - checked > TAG_AGE_MS : !(await manifestExists(r));
}

// Imports an image with all that its index refers to. Returns why upstream did not give it; undefined if it did.
async function importImage(r, repository, tag, exists) {
    const rule = ruleOf(r, repository);
    if (rule.upstreamRegistryUrl !== 'registry-1.docker.io') {
        return {status: 404, code: 'MANIFEST_UNKNOWN', message: 'Requested image not found'};
    }
    const account = await accountOf(r, rule);
    if (!account) {
        // The words: https://github.com/aws/containers-roadmap/issues/2354
        return {status: 403, code: 'DENIED', message: 'The authentication to the upstream registry failed'};
    }
    const upstream = upstreamRepository(rule, repository);
    const root = await upstreamManifest(r, upstream, tag);
    if (root.status !== 200) {
        return {status: 404, code: 'MANIFEST_UNKNOWN', message: 'Requested image not found'};
    }
    if (!countPull(r, account)) {
        return {status: 429, code: 'TOOMANYREQUESTS', message: 'Rate exceeded for the upstream registry'};
    }
    if (!exists) {
        await control(r, 'CreateRepository', {repositoryName: repository});
    }
    const children = JSON.parse(root.responseText).manifests || [];
    for (let i = 0; i < children.length; i++) {
        const child = await upstreamManifest(r, upstream, children[i].digest);
        await putImage(r, repository, child.responseText, undefined, children[i].digest, children[i].mediaType);
    }
    await putImage(r, repository, root.responseText, tag, root.headersOut['Docker-Content-Digest'], root.headersOut['Content-Type']);
    const known = imports(r, repository);
    known.upstream = upstream;
    known.tags[tag] = Date.now();
    fs.writeFileSync(importsFile(r, repository), JSON.stringify(known));
    return undefined;
}

async function upstreamManifest(r, upstream, reference) {
    return r.subrequest('/upstream/v2/' + upstream + '/manifests/' + reference, {method: 'GET'});
}

function putImage(r, repository, manifest, tag, digest, type) {
    return control(r, 'PutImage', {
        repositoryName: repository, imageManifest: manifest, imageTag: tag, imageDigest: digest, imageManifestMediaType: type});
}

// Returns the user of a rule's secret; undefined if the secret is not there or Docker Hub does not know its content.
async function accountOf(r, rule) {
    const secret = await r.subrequest('/secret', {method: 'POST', body: JSON.stringify({SecretId: rule.credentialArn})});
    try {
        const content = JSON.parse(JSON.parse(secret.responseText).SecretString);
        const accounts = fs.readFileSync(r.variables.state + '/accounts', 'utf8').split('\n');
        return accounts.indexOf(content.username + ':' + content.accessToken) < 0 ? undefined : content.username;
    } catch (unreadable) {
        return undefined;
    }
}

// An import counts against the rate limit of the rule's account, as hub.js counts.
function countPull(r, account) {
    const file = r.variables.state + '/quota/' + account;
    const left = Number(readJson(file, 200));
    if (left > 0) {
        fs.writeFileSync(file, String(left - 1));
    }
    return left > 0;
}

// Serves an imported image, whose bytes stay in the upstream registry of the sandbox.
async function serveImport(r, upstream, kind, reference) {
    const path = '/upstream/v2/' + upstream + '/' + kind + '/' + reference;
    if (kind === 'blobs' && r.method === 'GET') {
        r.headersOut['Location'] = LAYERS + '/upstream/v2/' + upstream + '/blobs/' + reference + '?X-Amz-Signature=' + Date.now();
        r.return(307, '');
        return;
    }
    const found = await r.subrequest(path, {method: r.method});
    ['Content-Type', 'Docker-Content-Digest', 'Content-Length'].forEach(function (name) {
        if (found.headersOut[name]) {
            r.headersOut[name] = found.headersOut[name];
        }
    });
    r.return(found.status, r.method === 'HEAD' ? '' : found.responseText);
}

async function isImported(r, repository, reference) {
    const identifier = reference.startsWith('sha256:') ? {imageDigest: reference} : {imageTag: reference};
    return (await control(r, 'DescribeImages', {repositoryName: repository, imageIds: [identifier]})).status === 200;
}

// ---- Archived images: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html

function archiveFile(r, repository, digest) {
    return r.variables.state + '/archived/' + repository.replace(/\//g, '+') + '@' + digest;
}

function isArchived(r, repository, digest) {
    return readJson(archiveFile(r, repository, digest), null) !== null;
}

async function updateStorageClass(r) {
    const input = JSON.parse(r.requestText);
    const found = await control(r, 'DescribeImages', {repositoryName: input.repositoryName, imageIds: [input.imageId]});
    if (found.status !== 200) {
        r.return(found.status, JSON.stringify(found.body));
        return;
    }
    const digest = found.body.imageDetails[0].imageDigest;
    setArchived(r, input.repositoryName, digest, input.targetStorageClass === 'ARCHIVE');
    answer(r, {registryId: ACCOUNT, repositoryName: input.repositoryName, imageId: {imageDigest: digest},
        imageStatus: input.targetStorageClass === 'ARCHIVE' ? 'ARCHIVED' : 'ACTIVE'});
}

function setArchived(r, repository, digest, archived) {
    const file = archiveFile(r, repository, digest);
    if (archived) {
        fs.writeFileSync(file, String(Date.now() / 1000));
    } else if (isArchived(r, repository, digest)) {
        fs.unlinkSync(file);
    }
}

// Without a filter, a list has active images only; an image that is asked for is described whatever its status is.
function hasWantedStatus(image, input) {
    const wanted = (input.filter || {}).imageStatus || (input.imageIds ? 'ANY' : 'ACTIVE');
    return wanted === 'ANY' || wanted === image.imageStatus;
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

// DescribeImages: moto's answer, with the status and the time of the last pull of each image.
async function describeImages(r) {
    const answer = await r.subrequest('/moto', {method: 'POST', body: r.requestText});
    let text = answer.responseText;
    if (answer.status === 200) {
        const content = JSON.parse(text);
        content.imageDetails.forEach(function (image) {
            const archivedAt = readJson(archiveFile(r, image.repositoryName, image.imageDigest), null);
            image.imageStatus = archivedAt === null ? 'ACTIVE' : 'ARCHIVED';
            if (archivedAt !== null) {
                image.lastArchivedAt = archivedAt;
            }
            try {
                image.lastRecordedPullTime = Number(fs.readFileSync(pullTimeFile(r, image.repositoryName, image.imageDigest), 'utf8'));
            } catch (neverPulled) {
                return;
            }
        });
        const input = JSON.parse(r.requestText);
        content.imageDetails = content.imageDetails.filter(function (image) { return hasWantedStatus(image, input); });
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
        // A push restores an archived image: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push.html
        setArchived(r, repository, digest, false);
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
    let found = await control(r, 'DescribeRepositories', {repositoryNames: [path[1]]});
    const isPull = path[2] === 'manifests' && (r.method === 'GET' || r.method === 'HEAD');
    const imported = isPull && await asksUpstream(r, path[1], path[3]);
    if (token[2]) {
        // https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
        const more = imported ? ['ecr:BatchImportUpstreamImage'].concat(found.status === 200 ? [] : ['ecr:CreateRepository']) : [];
        const reason = await denialReason(r, token[2], path[2], path[1], more);
        if (reason) {
            reject(r, 403, 'DENIED', reason);
            return;
        }
    }
    if (imported) {
        const failure = await importImage(r, path[1], path[3], found.status === 200);
        // What is cached stays available while upstream cannot be asked.
        if (failure && !(await isImported(r, path[1], path[3]))) {
            reject(r, failure.status, failure.code, failure.message);
            return;
        }
        found = await control(r, 'DescribeRepositories', {repositoryNames: [path[1]]});
    }
    if (found.status !== 200) {
        reject(r, 404, 'NAME_UNKNOWN', "The repository with name '" + path[1] + "' does not exist in the registry with id '" + ACCOUNT + "'");
        return;
    }
    const upstream = imports(r, path[1]).upstream;
    if (upstream && (r.method === 'GET' || r.method === 'HEAD')
        && (path[2] === 'blobs' || (path[2] === 'manifests' && await isImported(r, path[1], path[3])))
        && !(await manifestExists(r))) {
        await serveImport(r, upstream, path[2], path[3]);
        return;
    }
    if (isPull) {
        // njs does not support await in arguments.
        const head = await r.subrequest('/registry' + r.uri, {method: 'HEAD'});
        if (isArchived(r, path[1], head.headersOut['Docker-Content-Digest'])) {
            reject(r, 404, 'MANIFEST_UNKNOWN', 'Requested image not found');
            return;
        }
    }
    if (isPull && !token[2]) {
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
