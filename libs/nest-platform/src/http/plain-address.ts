/**
 * The address that was meant: clients join a base and a path, both of which may have a slash or the version, or neither, and write the name of a model,
 * slashes in it, as it is.
 */
export function plainAddress(url: string): string {
  const [path = ''] = url.split('?', 1);
  const [before] = OF_OTHERS.exec(path) ?? [];
  if (before !== undefined) return plainAddress(`/v1/${url.slice(before.length)}`);
  if (UNVERSIONED.test(path)) return plainAddress(`/v1/${url.replace(/^\/+/, '')}`);
  if (!/^\/+v1\//.test(path) || !ODD.test(path)) return url;
  const joined = path
    .replace(/\/{2,}/g, '/')
    .replace(/^(\/v1)+(?=\/v1\/)/, '')
    .replace(/\/$/, '');
  const [, model] = /^\/v1\/models\/(.+)$/.exec(joined) ?? [];
  const plain = model === undefined ? joined : `/v1/models/${model.replaceAll('/', '%2F')}`;
  return plain + url.slice(path.length);
}

/** What clients of models ask, at a base that somebody wrote without the version. */
const UNVERSIONED = /^\/+(chat\/completions|completions|responses|embeddings|messages)(\/|$)/;
/** Where Azure, Groq, OpenRouter, Gemini and DashScope have them: whoever changes the host alone asks there. */
const OF_OTHERS =
  /^\/+(openai\/deployments\/[^/]+|openai\/v1|openai|api\/v1|v1beta\/openai|compatible-mode\/v1)\/+(?=(chat\/completions|completions|responses|embeddings|models|messages)(\/|$))/;
const ODD = /\/\/|\/$|^\/v1\/v1\/|^\/v1\/models\/.*\//;
