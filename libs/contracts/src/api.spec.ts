import { z } from 'zod';
import { apiRoutes, problemSchema } from './api.ts';

const routes = Object.entries(apiRoutes);

describe('every route of the API', () => {
  it.each(routes)('%s is described whole', (route, { summary, answers, contentType }) => {
    expect(route).toMatch(/^(GET|POST|PUT|PATCH|DELETE) \/\S*$/);
    expect(summary).toMatch(/^[A-Z]/);
    const statuses = Object.keys(answers).map(Number);
    expect(statuses.length).toBeGreaterThan(0);
    // Whether it is ready or not, what keeps it from that is the answer; a browser that logs in is led on. All else that goes wrong is problem details.
    const described = new Map([
      ['GET /health/ready', [503]],
      ['GET /v1/session/login', [302]],
      ['GET /v1/session/callback', [302]],
    ]);
    expect(statuses.filter((status) => status < 200 || status > 299)).toEqual(described.get(route) ?? []);
    for (const schema of Object.values(answers))
      expect(schema.safeParse(contentType === undefined ? 'text' : {}).success).toBe(false);
    for (const schema of Object.values(answers)) expect(() => z.toJSONSchema(schema)).not.toThrow();
  });

  it('is answered by problem details where something is wrong', () => {
    const problem = {
      type: 'urn:contentflow:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: 'no such id',
    };
    expect(problemSchema.parse({ ...problem, more: 1 })).toEqual({ ...problem, more: 1 });
    expect(problemSchema.safeParse({ ...problem, status: '404' }).success).toBe(false);
  });
});
