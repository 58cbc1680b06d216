import { apiRoutes } from '@contentflow/contracts';
import { firstDifference } from '@contentflow/decisions';

/** What the server answered, as JSON. */
export interface Answered {
  readonly method: string;
  /** With or without a query. */
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

/** Why an answer is not what the API's description says: a field it does not name is one reason. Undefined where it is, and for errors. */
export function schemaMismatch({ method, url, status, body }: Answered): string | undefined {
  if (status >= 400 || typeof body !== 'object') return undefined;
  const [path = ''] = url.split('?');
  const route = routeOf(method, path);
  if (!route) return `${method} ${path} is not described`;
  const schema = apiRoutes[route]?.answers[status];
  if (!schema) return `${route} is not said to answer ${status}`;
  const { data, error } = schema.safeParse(body);
  const [issue] = error?.issues ?? [];
  if (issue) return `${route}: ${issue.path.join('.')} ${issue.message}`;
  const difference = firstDifference(data, body);
  return difference && `${route}: ${difference.field} is not described`;
}

/** The route that answers this path: the one with the fewest parameters. */
const routeOf = (method: string, path: string): string | undefined =>
  Object.keys(apiRoutes)
    .filter((route) => patternOf(route).test(`${method} ${path}`))
    .sort((a, b) => a.split('{').length - b.split('{').length)[0];

const patternOf = (route: string): RegExp =>
  new RegExp(`^${route.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
