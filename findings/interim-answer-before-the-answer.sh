#!/usr/bin/env bash
# Question  A model server, or a proxy before it, answers POST with an interim answer (100, 102 or 103) that the request did not ask for, and then with its 200. RFC 9110, 15.2: "A client MUST be able to parse one or more 1xx
#           responses received prior to a final response, even if the client does not expect one." Who reads the 200?
# Guess     Everybody: interim answers are older than most of these clients, and 102 and 103 are read by all of them.
# Seen      Two families each miss what the other reads. Node 24's own fetch and npm undici 7.30.2 end the connection at the 100: "fetch failed", cause UND_ERR_SOCKET "bad response"; after 102 and 103 they read
#           the 200. Python's urllib3 2.6.3 (and so requests), which reads by http.client, skips the 100 and gives 102 or 103 as the answer itself, without an error. node:http and httpx 0.28.1 read the 200
#           after any of the three.
# Matters   A server that says it is still at work (102 before a long answer, 103 from a proxy) looks broken, or done, by who asks, after it has worked and was paid: a retry pays again. curl in front of the
#           same server shows nothing.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . undici@7.30.2 node@24.21.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 urllib3==2.6.3

cat > client.py <<'PY'
import sys, httpx, urllib3
url = sys.argv[1]
print(httpx.post(url, content=b'{}').status_code, urllib3.request('POST', url, body=b'{}').status)
PY
cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { fetch as undiciFetch } from 'undici';

const interim = { 100: 'Continue', 102: 'Processing', 103: 'Early Hints' };

async function seenAfter(status) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
      if (!text.includes('\r\n\r\n{}')) return;
      text = '';
      socket.end(`HTTP/1.1 ${status} ${interim[status]}\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const fetched = (fetch) =>
    fetch(url, { method: 'POST', body: '{}' }).then(
      (answer) => answer.status,
      ({ message, cause }) => `${message}: ${cause?.code} ${cause?.message}`,
    );
  const byHttp = await new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers: { 'content-length': 2 } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end('{}');
  });
  const { stdout } = await promisify(execFile)('venv/bin/python', ['client.py', url]);
  const [httpx, urllib3] = stdout.trim().split(' ').map(Number);
  const seen = { nodeFetch: await fetched(fetch), undici: await fetched(undiciFetch), nodeHttp: byHttp, httpx, urllib3 };
  server.close();
  return seen;
}

const refused = 'fetch failed: UND_ERR_SOCKET bad response';
assert.deepEqual(await seenAfter(100), { nodeFetch: refused, undici: refused, nodeHttp: 200, httpx: 200, urllib3: 200 });
for (const status of [102, 103])
  assert.deepEqual(await seenAfter(status), { nodeFetch: 200, undici: 200, nodeHttp: 200, httpx: 200, urllib3: status });
console.log('ok: before its 200, fetch of Node 24.21.0 and undici 7.30.2 fail at a 100 Continue that was not asked for, urllib3 takes a 102 or 103 for the answer; node:http and httpx read the 200 after each');
JS
node_modules/.bin/node check.mjs
