/**
 * The address that was meant: clients join a base and a path, both of which may have a slash or the version, and write the name of a model,
 * slashes in it, as it is.
 */
export function plainAddress(url: string): string {
  const [path = ''] = url.split('?', 1);
  if (!/^\/+v1\//.test(path) || !ODD.test(path)) return url;
  const joined = path
    .replace(/\/{2,}/g, '/')
    .replace(/^(\/v1)+(?=\/v1\/)/, '')
    .replace(/\/$/, '');
  const [, model] = /^\/v1\/models\/(.+)$/.exec(joined) ?? [];
  const plain = model === undefined ? joined : `/v1/models/${model.replaceAll('/', '%2F')}`;
  return plain + url.slice(path.length);
}

const ODD = /\/\/|\/$|^\/v1\/v1\/|^\/v1\/models\/.*\//;
