// Docker Hub as a client sees it: a bearer challenge, tokens that carry the account, and a quota of manifest GETs
// for each account (all anonymous clients share one, as behind one NAT gateway). Each quota is a file, so that it
// can be read and set. HEAD is not counted, as at Docker Hub. The file private lists the repositories that need an account.
const fs = require('fs');

const ACCOUNT_LIMIT = 200;
const ANONYMOUS_LIMIT = 100;
const WINDOW = ';w=21600';
const CLIENT_ADDRESS = '203.0.113.7';

function json(r, status, body) {
    r.headersOut['Content-Type'] = 'application/json';
    r.return(status, JSON.stringify(body) + '\n');
}

function basicCredentials(r) {
    const header = r.headersIn['Authorization'] || '';
    return header.startsWith('Basic ') ? Buffer.from(header.slice(6), 'base64').toString() : '';
}

function token(r) {
    const credentials = basicCredentials(r);
    const known = fs.readFileSync(r.variables.state + '/accounts', 'utf8').split('\n');
    if (credentials && known.indexOf(credentials) < 0) {
        json(r, 401, {details: 'incorrect username or password'});
        return;
    }
    const text = signed({access: access(r, credentials !== ''), sub: credentials.split(':')[0]});
    json(r, 200, {token: text, access_token: text, expires_in: 300, issued_at: new Date().toISOString()});
}

// The token lists what it grants: https://distribution.github.io/distribution/spec/auth/jwt/
function access(r, hasAccount) {
    const scope = (r.args.scope || '').match(/^repository:([^:]+):/);
    const granted = scope && exists(r, scope[1]) && (hasAccount || !isPrivate(r, scope[1]));
    return granted ? [{type: 'repository', name: scope[1], actions: ['pull']}] : [];
}

// In the form of a JSON Web Token; the sandbox believes every signature.
function signed(claims) {
    const encoded = [{typ: 'JWT', alg: 'RS256'}, claims].map(function (part) {
        return Buffer.from(JSON.stringify(part)).toString('base64url');
    });
    return encoded.join('.') + '.c2lnbmF0dXJl';
}

function challenge(r, repository, error) {
    const scope = repository ? ',scope="repository:' + repository + ':pull"' : '';
    r.headersOut['Www-Authenticate'] =
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"' + scope + (error ? ',error="' + error + '"' : '');
    const detail = repository ? [{Type: 'repository', Class: '', Name: repository, Action: 'pull'}] : null;
    json(r, 401, {errors: [{code: 'UNAUTHORIZED', message: 'authentication required', detail: detail}]});
}

function account(r) {
    const header = r.headersIn['Authorization'] || '';
    if (!header.startsWith('Bearer ')) {
        return '';
    }
    try {
        return JSON.parse(Buffer.from(header.split('.')[1], 'base64url').toString()).sub || 'anonymous';
    } catch (malformed) {
        return '';
    }
}

function exists(r, repository) {
    try {
        fs.accessSync(r.variables.state + '/registry/hub/docker/registry/v2/repositories/' + repository);
        return true;
    } catch (absent) {
        return false;
    }
}

function isPrivate(r, repository) {
    try {
        return fs.readFileSync(r.variables.state + '/private', 'utf8').split('\n').indexOf(repository) >= 0;
    } catch (none) {
        return false;
    }
}

function rejectRateLimited(r, name) {
    const message = name === 'anonymous'
        ? 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit'
        : "You have reached your pull rate limit as '" + name + "': dckr_jti_sandbox. You may increase the limit by upgrading: https://www.docker.com/increase-rate-limit";
    r.headersOut['ratelimit-limit'] = r.variables.limit;
    r.headersOut['ratelimit-remaining'] = '0' + WINDOW;
    r.headersOut['docker-ratelimit-source'] = r.variables.counted_for;
    r.headersOut['Retry-After'] = '21600';
    r.variables.quota = 'rejected';
    json(r, 429, {errors: [{code: 'TOOMANYREQUESTS', message: message}]});
}

// Returns false if the request was answered with 429.
function count(r, name) {
    const file = r.variables.state + '/quota/' + name;
    const limit = name === 'anonymous' ? ANONYMOUS_LIMIT : ACCOUNT_LIMIT;
    let left = limit;
    try {
        left = parseInt(fs.readFileSync(file, 'utf8'));
    } catch (absent) {
        // The account was neither used nor limited yet.
    }
    r.variables.limit = limit + WINDOW;
    r.variables.counted_for = name === 'anonymous' ? CLIENT_ADDRESS : name;
    if (r.method === 'GET') {
        if (left <= 0) {
            rejectRateLimited(r, name);
            return false;
        }
        left -= 1;
        fs.writeFileSync(file, String(left));
        r.variables.quota = 'counted';
    }
    r.variables.remaining = left + WINDOW;
    return true;
}

function handle(r) {
    r.headersOut['Docker-Distribution-Api-Version'] = 'registry/2.0';
    const path = r.uri.match(/^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/(.+)$/);
    const name = account(r);
    if (!name) {
        challenge(r, path && path[1]);
        return;
    }
    r.variables.account = name;
    const reads = r.method === 'GET' || r.method === 'HEAD';
    const hidden = path && (!exists(r, path[1]) || (name === 'anonymous' && isPrivate(r, path[1])));
    if (path && (hidden || !reads)) {
        challenge(r, path[1], 'insufficient_scope');
        return;
    }
    if (path && path[2] === 'manifests' && !count(r, name)) {
        return;
    }
    if (path && path[2] === 'blobs' && r.method === 'GET') {
        r.headersOut['Location'] = 'https://production.cloudflare.docker.com/registry-v2' + r.uri + '?verify=' + Date.now();
        r.return(307, '');
        return;
    }
    r.internalRedirect('@registry');
}

// ECR Public: its own bearer challenge; the official images only if the file ecr-public exists.
function publicToken(r) {
    json(r, 200, {token: signed({sub: 'ecr-public'})});
}

function handlePublic(r) {
    r.headersOut['Docker-Distribution-Api-Version'] = 'registry/2.0';
    if (!account(r)) {
        r.headersOut['Www-Authenticate'] = 'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"';
        json(r, 401, {errors: [{code: 'UNAUTHORIZED', message: 'Not Authorized'}]});
        return;
    }
    let mirrored = r.uri.startsWith('/v2/docker/library/');
    try {
        fs.accessSync(r.variables.state + '/ecr-public');
    } catch (absent) {
        mirrored = false;
    }
    if (mirrored || r.uri === '/v2/') {
        r.internalRedirect('@official');
        return;
    }
    json(r, 404, {errors: [{code: 'NAME_UNKNOWN', message: "The repository with name '" + r.uri.split('/').slice(2, -2).join('/') + "' does not exist in the registry with id 'docker'"}]});
}

export default {handle, token, handlePublic, publicToken};
