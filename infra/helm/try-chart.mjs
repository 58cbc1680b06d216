/**
 * `node infra/helm/try-chart.mjs [--dry] KUBECONFIG [CRD…]`: takes the chart to a real Kubernetes API server. Every manifest of every file of values is applied as a dry run of the
 * server's own, which refuses fields that it does not know. Then, without --dry, the chart is installed; the scaler's account is asked what it may do; each app is rolled by itself to
 * another image, while every change of every pod is looked at; the release is rolled back as the runbook says; and all is taken out. CRD: files of custom resource definitions that the
 * chart's resources need, KEDA's. HELM names the program.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
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
const environment = {
  ...process.env,
  KUBECONFIG: kubeconfig,
  HELM_CACHE_HOME: home,
  HELM_CONFIG_HOME: home,
  HELM_DATA_HOME: home,
};
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

/** The order in which a release with new types of events is rolled; back in the opposite one. */
const ORDER = ['ledger', 'monitor', 'optimizer', 'feedback-learner', 'scaler', 'generator', 'entry'];
const [BEFORE, AFTER] = ['0.3.0', '0.4.0'];

async function tryLife() {
  const values = ['--namespace', NAMESPACE, '--values', join(chart, 'ci', 'scaled-values.yaml')];
  // Fewer seconds until a pod is gone; nothing here waits for connections.
  const chosen = [...values, '--set', 'stop.unlistedSeconds=1', '--set', 'stop.graceSeconds=1'];
  run('install', RELEASE, chart, ...chosen, '--set', `image.tag=${BEFORE}`);
  await standsOn(() => BEFORE);
  await mayScaleGeneratorsAlone();
  await standsOn(() => BEFORE);

  const seen = await Pods.watched();
  const rolled = [];
  for (const app of ORDER) {
    rolled.push(app);
    const tags = rolled.flatMap((each) => ['--set', `services.${each}.tag=${AFTER}`]);
    run('upgrade', RELEASE, chart, ...chosen, '--set', `image.tag=${BEFORE}`, ...tags);
    await standsOn((each) => (rolled.includes(each) ? AFTER : BEFORE));
  }
  // Half of them back: the rest stays as it is.
  const revision = String(1 + ORDER.length - 3);
  execute('Roll back a release', { REVISION: revision });
  const isBack = (app) => ORDER.indexOf(app) >= ORDER.length - 3;
  await standsOn((app) => (isBack(app) ? BEFORE : AFTER));
  seen.end();
  if (seen.wrong.length > 0) throw new Error(seen.wrong.join('\n'));
  console.log(
    `rolled one by one and back: ${seen.changes} changes of pods, always as many ready as asked for, at most one more`,
  );

  run('uninstall', RELEASE, '--namespace', NAMESPACE);
  await until(deployments, (left) => left.length === 0, 'nothing is left');
  console.log('installed, scaled, rolled, rolled back and taken out');
}

/** By the token that its pod would have: the number of generators, and nothing else. */
async function mayScaleGeneratorsAlone() {
  const account = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${RELEASE}-scaler/token`;
  const { body } = await ask('POST', account, { spec: {} });
  const token = body.status.token;
  const apps = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
  const scaled = (app) =>
    ask(
      'PATCH',
      `${apps}/${RELEASE}-${app}/scale`,
      { spec: { replicas: 3 } },
      { token, type: 'application/merge-patch+json' },
    );
  expected(await ask('GET', `${apps}/${RELEASE}-generator/scale`, undefined, { token }), 'the scaler reads the number');
  expected(await scaled('generator'), 'the scaler changes the number');
  const refused = [
    await scaled('monitor'),
    await ask('GET', `${apps}/${RELEASE}-generator`, undefined, { token }),
    await ask('DELETE', `${apps}/${RELEASE}-generator`, undefined, { token }),
    await ask('GET', `/api/v1/namespaces/${NAMESPACE}/secrets`, undefined, { token }),
    await ask('GET', `/api/v1/namespaces/${NAMESPACE}/pods`, undefined, { token }),
  ].map(({ status }) => status);
  if (refused.some((status) => status !== 403)) throw new Error(`the scaler may do more than it should: ${refused}`);
  const generator = async () => (await ask('GET', `${apps}/${RELEASE}-generator`)).body;
  await until(
    generator,
    ({ status }) => status.availableReplicas === 3,
    'there are as many generators as the scaler asked for',
  );
  console.log('the scaler scales the generators, and may do nothing else');
}

/** Every change of every pod, as the server tells it: at no time may an app have fewer ready pods than it should, or more than one too many. */
class Pods {
  changes = 0;
  wrong = [];
  found = new Map();
  wanted = new Map();

  static async watched() {
    const pods = new Pods();
    for (const { metadata, spec } of await deployments()) pods.wanted.set(appOf(metadata), spec.replicas);
    const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const { items, metadata } = (await ask('GET', path)).body;
    for (const pod of items) pods.found.set(pod.metadata.name, pod);
    pods.stream = watching(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}`, (change) =>
      pods.take(change),
    );
    return pods;
  }

  take({ type, object }) {
    this.changes++;
    if (type === 'DELETED') this.found.delete(object.metadata.name);
    else this.found.set(object.metadata.name, object);
    const app = appOf(object.metadata);
    const own = [...this.found.values()].filter(
      (pod) => appOf(pod.metadata) === app && !pod.metadata.deletionTimestamp,
    );
    const ready = own.filter(({ status }) =>
      status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True'),
    );
    const wanted = this.wanted.get(app);
    if (ready.length < wanted) this.wrong.push(`${app}: ${ready.length} ready pods of ${wanted}`);
    if (own.length > wanted + 1)
      this.wrong.push(`${app}: ${own.length} pods, where ${wanted} are wanted and one more may be`);
  }

  end() {
    this.stream.destroy();
  }
}

const appOf = ({ labels }) => labels['app.kubernetes.io/name'];

/** Runs what stands under a heading of the runbooks, as it stands there. */
function execute(heading, variables) {
  const text = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const section = text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const commands = [...section.matchAll(/^```sh\n(helm .*?)^```$/gms)].map(([, command]) => command);
  if (commands.length !== 1) throw new Error(`"${heading}" has ${commands.length} commands of Helm's, expected one`);
  const path = `${dirname(helm)}:${process.env.PATH}`;
  const env = { ...environment, PATH: path, RELEASE, NAMESPACE, ...variables };
  const { status, stderr } = spawnSync('bash', ['-euc', commands[0]], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`"${heading}" ended with ${status}: ${stderr}`);
}

/** Every Deployment is there as often as it should be, and no pod of another image is left. @param tagOf  of each app */
async function standsOn(tagOf) {
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
    'all Deployments are available',
  );
  const pods = await until(
    async () => (await ask('GET', `/api/v1/namespaces/${NAMESPACE}/pods`)).body.items,
    (items) => items.every(({ spec, metadata }) => spec.containers[0].image.endsWith(`:${tagOf(appOf(metadata))}`)),
    'all pods have the images that they should have',
  );
  const budgets = (await ask('GET', `/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`)).body.items;
  const young = pods.filter(({ spec }) => spec.containers[0].image.endsWith(`:${AFTER}`)).length;
  console.log(
    `${all.length} Deployments available, ${pods.length} pods, ${young} of ${AFTER}, ${budgets.length} disruption budgets`,
  );
}

const deployments = async () => (await ask('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`)).body.items;

function run(...args) {
  const result = spawnSync(helm, args, { encoding: 'utf8', env: environment });
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

/** @param as  another token than the administrator's, another type than that of server-side apply */
function ask(method, path, body, { token = server.token, type = 'application/apply-patch+yaml' } = {}) {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': method === 'PATCH' ? type : 'application/json' }),
  };
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

/** Told of each change, a line of JSON each; destroy it when done. */
function watching(path, onChange) {
  const headers = { authorization: `Bearer ${server.token}` };
  const asked = request(`${server.url}${path}`, { ca: server.ca, headers, agent: false }, (answer) => {
    const lines = createInterface({ input: answer });
    lines.on('line', (line) => onChange(JSON.parse(line)));
    lines.on('error', () => undefined);
  });
  asked.on('error', () => undefined);
  asked.end();
  return asked;
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
