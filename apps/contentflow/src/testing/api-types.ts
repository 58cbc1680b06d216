import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

/** Where they are kept, from the root. */
export const API_TYPES = 'libs/client/src/generated/api.ts';

/** The types of every route, from the OpenAPI document of all services. */
export async function apiTypes(document: object, root: string): Promise<string> {
  const source = astToString(await openapiTS(JSON.stringify(document)));
  const text = `// Written by \`node tools/write-client.mjs\` from /openapi.json.\n\n${source}`;
  return format(text, { ...(await resolveConfig(`${root}/${API_TYPES}`)), parser: 'typescript' });
}
