/**
 * `node tools/sbom.mjs [APP …]`: writes what each build of dist/apps is made of, as CycloneDX, to dist/sbom/APP.cdx.json; each is checked against the
 * standard's schema first (its validator runs on ajv, ajv-formats and ajv-formats-draft2019). Without a name it does so for every app that is built. npm makes it, from the lockfile of the build alone.
 */
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { Spec } from '@cyclonedx/cyclonedx-library';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24, root } from './node24.mjs';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const apps = process.argv.length > 2 ? process.argv.slice(2) : builtApps();
  if (apps.length === 0) {
    console.error('nothing is built: run "npm run build" first');
    process.exit(2);
  }
  mkdirSync(join(root, 'dist/sbom'), { recursive: true });
  for (const app of apps.toSorted()) {
    const text = await sbomOf(join(root, 'dist/apps', app));
    const place = `dist/sbom/${app}.cdx.json`;
    writeFileSync(join(root, place), text);
    console.log(`${place}: ${JSON.parse(text).components.length} packages`);
  }
}

function builtApps() {
  const builds = join(root, 'dist/apps');
  const names = existsSync(builds) ? readdirSync(builds) : [];
  return names.filter((app) => existsSync(join(builds, app, 'package-lock.json')));
}

/**
 * What the build in that folder is made of.
 * @returns CycloneDX 1.5 as JSON
 * @throws where there is no build, npm fails, or what it says is not as the standard has it
 */
export async function sbomOf(folder) {
  if (!existsSync(join(folder, 'package-lock.json')))
    throw new Error(`there is no build in ${folder}: run "npm run build" first`);
  const words = [
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--package-lock-only',
    '--sbom-type',
    'application',
    '--offline',
  ];
  const env = { ...process.env, PATH: `${dirname(node24())}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync('npm', words, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm sbom ended with ${status}: ${stderr}`);
  const sbom = JSON.parse(stdout);
  // npm calls what it is asked about by the name of its folder.
  sbom.metadata.component.name = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name;
  const text = `${JSON.stringify(sbom, null, 2)}\n`;
  const fault = await faultOf(text);
  if (fault) throw new Error(`npm sbom wrote what is no CycloneDX: ${JSON.stringify(fault).slice(0, 500)}`);
  return text;
}

/** What is not as the standard has it; nothing where all is. */
export async function faultOf(text) {
  return new JsonStrictValidator(Spec.Version.v1dot5).validate(text);
}
