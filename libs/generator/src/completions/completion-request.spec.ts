import { gatewayRequest } from './completion-request.ts';

it.each<[object, number]>([
  [{ max_tokens: 4000, max_completion_tokens: 10 }, 4000],
  [{ max_tokens: 10, max_completion_tokens: 4000 }, 4000],
  [{ max_tokens: -1, max_completion_tokens: null }, 1024],
  [{ max_completion_tokens: 300, n: 2 }, 600],
  [{}, 1024],
])('of %j as much is reserved as a server may write that heeds either: %d', (limits, most) => {
  const completion = { model: 'm', messages: [{ role: 'user', content: 'x' }], ...limits };
  expect(gatewayRequest({ completion, body: completion }).maxOutputTokens).toBe(most);
});
