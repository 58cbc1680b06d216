import { plainAddress } from './plain-address.ts';

it.each([
  ['/v1/chat/completions/', '/v1/chat/completions'],
  ['/v1//chat///completions', '/v1/chat/completions'],
  ['/v1//chat/completions', '/v1/chat/completions'],
  ['//v1/chat/completions', '/v1/chat/completions'],
  ['/v1/v1/messages', '/v1/messages'],
  ['/v1/v1/v1/messages?beta=true', '/v1/messages?beta=true'],
  ['/v1/chat/completions/?api-version=1//2', '/v1/chat/completions?api-version=1//2'],
  ['/v1/models/vendor/large', '/v1/models/vendor%2Flarge'],
  ['/v1/models/hf.co/a/b%3Ac', '/v1/models/hf.co%2Fa%2Fb%3Ac'],
  ['/v1/models/', '/v1/models'],
  ['/chat/completions', '/v1/chat/completions'],
  ['//messages/?beta=true', '/v1/messages?beta=true'],
  ['/responses/resp_1?include=x', '/v1/responses/resp_1?include=x'],
  ['/openai/deployments/large/chat/completions?api-version=1', '/v1/chat/completions?api-version=1'],
  ['/openai/v1/responses/resp_1', '/v1/responses/resp_1'],
  ['/openai/responses?api-version=1', '/v1/responses?api-version=1'],
  ['/api/v1/models/vendor/large', '/v1/models/vendor%2Flarge'],
  ['//v1beta/openai/embeddings/', '/v1/embeddings'],
  ['/compatible-mode/v1/chat/completions', '/v1/chat/completions'],
  ['/v1/v1/models/vendor/large/', '/v1/models/vendor%2Flarge'],
])('%s means %s', (url, meant) => {
  expect(plainAddress(url)).toBe(meant);
});

it.each([
  '/',
  '/v1',
  '/v1/models',
  '/v1/models/m?x=/a/',
  '/v1/models/vendor%2Flarge',
  '/v1/content?next=//evil.example/',
  '/docs/',
  '/openai/v1/content',
  '/api/v1/policy',
  '/openai/deployments/a/b/chat/completions',
  '//evil.example/',
  '/v10//a',
  '/chat',
  '/messages.html',
  '/v1/content/v1/',
])('%s is told as it is, but for a slash at its end', (url) => {
  expect(plainAddress(url)).toBe(url === '/v1/content/v1/' ? '/v1/content/v1' : url);
});
