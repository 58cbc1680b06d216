/** The texts of the licences of what a build holds: whoever passes it on passes them on too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../node24.mjs';

const TEXTS = /^(licen[cs]e|copying|notice)\b/i;

/**
 * @param {Record<string, { version?: string, license?: string }>} packages  of the build's lockfile; those of other platforms, which are not installed, have no text
 * @returns one text: each package with its licence, and what its own files say of it
 */
export function licenceTexts(packages) {
  return Object.entries(packages)
    .filter(([path]) => path !== '' && existsSync(join(root, path)))
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const texts = textsIn(join(root, path));
      return `${name} ${version}: ${license}\n\n${texts.length > 0 ? texts.join('\n\n') : '(its package holds no text of it)'}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

const textsIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXTS.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8').trim());
