import { type AddressInfo, createServer } from 'node:net';
import { onMessages } from './http-messages.ts';

/** A model server that answers every POST the same, after `MOCK_DELAY_MS`. Bare sockets, so that it leaves the cores to what is measured. */
const delayMs = Number(process.env['MOCK_DELAY_MS'] ?? 0);

const body = JSON.stringify({
  id: 'chatcmpl-mock',
  object: 'chat.completion',
  created: 1,
  model: 'mock',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'A short reply, for measuring.' }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
});
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  onMessages(socket, () => {
    if (delayMs > 0) setTimeout(() => socket.write(answer), delayMs);
    else socket.write(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
