/** Under which licences the packages of the lockfile are, and whether we may use them so. */
import satisfies from 'spdx-satisfies';

/** What may be part of the product: all of them ask for their notice to be kept, and nothing more. */
export const SHIPPED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
  'Unlicense',
];
/** What may be used to build and test it besides, unchanged and apart from it. */
export const DEVELOPMENT = [...SHIPPED, 'CC-BY-3.0', 'CC-BY-4.0', 'MPL-2.0', 'Python-2.0'];

/**
 * @param {Record<string, { version?: string, license?: string, dev?: boolean, link?: boolean }>} packages  of a lockfile
 * @returns the packages that others made, each once, in order of their names
 */
export function packagesOf(packages) {
  const found = new Map();
  for (const [path, { version, license, dev = false, link }] of Object.entries(packages)) {
    if (link || !path.includes('node_modules/')) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const key = `${name}@${version}`;
    // What is shipped by one way and used for development by another is shipped.
    found.set(key, { name, version, licence: license, isShipped: !dev || found.get(key)?.isShipped === true });
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** A sentence for each package whose licence is not on the list. */
export function refusedLicences(packages) {
  return packages
    .filter(({ licence, isShipped }) => !isAllowed(licence, isShipped ? SHIPPED : DEVELOPMENT))
    .map(({ name, version, licence, isShipped }) => {
      const use = isShipped ? 'what is shipped' : 'development';
      return `${name}@${version} is under ${licence ?? 'no licence that is named'}, which is not on the list for ${use}`;
    });
}

function isAllowed(licence, allowed) {
  try {
    return satisfies(licence, allowed);
  } catch {
    // No expression of SPDX, e.g. "SEE LICENSE IN …": a person has to look.
    return false;
  }
}
