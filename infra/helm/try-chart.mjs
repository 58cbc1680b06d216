/**
 * `node infra/helm/try-chart.mjs [--dry] KUBECONFIG [CRD…]`: takes the chart to a real Kubernetes API server. Every manifest of every file of values is applied as a dry run of the
 * server's own, which refuses fields that it does not know; then, without --dry, the chart is installed, upgraded to other images, rolled back and taken out, and each time what is there is
 * compared with what was asked for. CRD: files of custom resource definitions that the chart's resources need, KEDA's. HELM names the program.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const asked = process.argv.slice(2);
const isDry = asked.includes('--dry');
const [kubeconfig, ...definitions] = asked.filter((word) => word !== '--dry');
const { HELM: helm } = process.env;
if (!kubeconfig || !helm) {
  console.error('usage: HELM=PROGRAM node infra/helm/try-chart.mjs [--dry] KUBECONFIG [CRD…]');
  process.exit(2);
}
// Another one each time: one that goes takes a while.
const NAMESPACE = `contentflow-chart-${process.pid}`;
const RELEASE = 'demo';
const WITHIN_MS = 180_000;
const chart = join(import.meta.dirname, 'contentflow');
const home = mkdtempSync(join(tmpdir(), 'contentflow-chart-'));
const server = serverOf(parse(readFileSync(kubeconfig, 'utf8')));

async function main() {
  try {
    await define();
    await ask('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    for (const values of readdirSync(join(chart, 'ci'))) await tryDry(values);
    await mustRefuse();
    if (!isDry) await tryLife();
  } finally {
    await ask('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
    rmSync(home, { recursive: true, force: true });
  }
}

/** What the chart has resources of, and Kubernetes itself does not know. */
async function define() {
  for (const file of definitions) {
    const definition = parse(readFileSync(file, 'utf8'));
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expected(await applied(path, definition.metadata.name, definition), file);
    await until(
      async () => (await ask('GET', `${path}/${definition.metadata.name}`)).body,
      ({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True'),
      `${definition.metadata.name} is there`,
    );
  }
}

async function tryDry(values) {
  const manifests = rendered('--values', join(chart, 'ci', values));
  const kinds = await kindsOf(manifests);
  for (const manifest of manifests) {
    const path = pathOf(manifest, kinds);
    expected(await applied(path, manifest.metadata.name, manifest, '&dryRun=All'), `${values}: ${nameOf(manifest)}`);
  }
  console.log(`${values}: the server would take all ${manifests.length} manifests`);
}

/** A check that refuses nothing checks nothing. */
async function mustRefuse() {
  const [deployment] = rendered('--values', join(chart, 'ci', 'least-values.yaml')).filter(isDeployment);
  deployment.spec.template.spec.containers[0].readynessProbe = {};
  const path = pathOf(deployment, await kindsOf([deployment]));
  const { status, body } = await applied(path, deployment.metadata.name, deployment, '&dryRun=All');
  if (status < 400 || !body.message.includes('readynessProbe')) throw new Error('a misspelt field was taken');
}

async function tryLife() {
  const values = ['--namespace', NAMESPACE, '--values', join(chart, 'ci', 'least-values.yaml')];
  // Fewer seconds until a pod is gone; nothing here waits for connections.
  const chosen = [...values, '--set', 'stop.unlistedSeconds=1', '--set', 'stop.graceSeconds=1'];
  const tagged = (tag) => [...chosen, '--set', `image.tag=${tag}`, '--wait', '--timeout', `${WITHIN_MS / 1000}s`];
  run('install', RELEASE, chart, ...tagged('0.3.0'));
  await standsOn('0.3.0');
  run('upgrade', RELEASE, chart, ...tagged('0.4.0'));
  await standsOn('0.4.0');
  run('rollback', RELEASE, '1', '--namespace', NAMESPACE, '--wait', '--timeout', `${WITHIN_MS / 1000}s`);
  await standsOn('0.3.0');
  run('uninstall', RELEASE, '--namespace', NAMESPACE);
  await until(deployments, (left) => left.length === 0, 'nothing is left');
  console.log('installed, upgraded, rolled back and taken out');
}

/** Every Deployment is there as often as it should be, and no pod of another image is left. */
async function standsOn(tag) {
  const all = await until(
    deployments,
    (found) =>
      found.length === 7 &&
      found.every(
        ({ spec, status, metadata }) =>
          status.observedGeneration === metadata.generation &&
          status.updatedReplicas === spec.replicas &&
          status.availableReplicas === spec.replicas &&
          status.replicas === spec.replicas,
      ),
    `all Deployments are available with ${tag}`,
  );
  const pods = await until(
    async () => (await ask('GET', `/api/v1/namespaces/${NAMESPACE}/pods`)).body.items,
    (items) => items.every(({ spec }) => spec.containers[0].image.endsWith(`:${tag}`)),
    `all pods are of ${tag}`,
  );
  const budgets = (await ask('GET', `/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`)).body.items;
  console.log(`${tag}: ${all.length} Deployments available, ${pods.length} pods, ${budgets.length} disruption budgets`);
}

const deployments = async () => (await ask('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`)).body.items;

function run(...args) {
  const result = spawnSync(helm, args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      KUBECONFIG: kubeconfig,
      HELM_CACHE_HOME: home,
      HELM_CONFIG_HOME: home,
      HELM_DATA_HOME: home,
    },
  });
  if (result.status === 0) return result.stdout;
  throw new Error(`helm ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
}

const rendered = (...args) =>
  parseAllDocuments(run('template', RELEASE, chart, '--namespace', NAMESPACE, ...args))
    .map((document) => document.toJS())
    .filter(Boolean);

/** Where each kind of these manifests lies, as the server itself says. */
async function kindsOf(manifests) {
  const kinds = new Map();
  for (const version of new Set(manifests.map(({ apiVersion }) => apiVersion))) {
    const at = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
    const { body } = await ask('GET', at);
    for (const { kind, name, namespaced } of body.resources ?? [])
      if (!name.includes('/'))
        kinds.set(`${version} ${kind}`, namespaced ? `${at}/namespaces/${NAMESPACE}/${name}` : `${at}/${name}`);
  }
  return kinds;
}

function pathOf({ apiVersion, kind }, kinds) {
  const path = kinds.get(`${apiVersion} ${kind}`);
  if (!path) throw new Error(`the server knows no ${kind} of ${apiVersion}`);
  return path;
}

const nameOf = ({ kind, metadata }) => `${kind} ${metadata.name}`;
const isDeployment = ({ kind }) => kind === 'Deployment';

/** Server-side apply: JSON is YAML. */
const applied = (path, name, manifest, options = '') =>
  ask('PATCH', `${path}/${name}?fieldManager=try-chart&force=true&fieldValidation=Strict${options}`, manifest);

function expected({ status, body }, what) {
  if (status >= 400) throw new Error(`${what}: ${status} ${body.message}`);
}

function serverOf({ clusters, users }) {
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  return { url: cluster.server, ca: readFileSync(cluster['certificate-authority']), token: user.token };
}

function ask(method, path, body) {
  const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
  const headers = { authorization: `Bearer ${server.token}`, ...(body && { 'content-type': type }) };
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { method, ca: server.ca, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}

async function until(look, isIt, what) {
  for (const from = performance.now(); performance.now() - from < WITHIN_MS;) {
    const found = await look();
    if (isIt(found)) return found;
    await new Promise((later) => setTimeout(later, 250));
  }
  throw new Error(`not within ${WITHIN_MS / 1000} s: ${what}`);
}

await main();
