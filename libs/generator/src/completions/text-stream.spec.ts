import { TextStream } from './text-stream.ts';

describe('a text that is passed on as it comes', () => {
  const setUp = () => {
    const reported: string[] = [];
    const text = new TextStream((piece) => reported.push(piece));
    const on = (state: string, piece?: string, step = 'draft') =>
      text.on({ type: 'GenerationProgressed', data: { step, state, text: piece } }, 'draft');
    return { reported, text, on };
  };

  it('is reported piece by piece, and at its end what is left', () => {
    const { reported, text, on } = setUp();
    on('started');
    on('text', 'A bottle');
    expect(reported).toEqual([]);
    on('text', ' of brushed steel');
    on('text', 'A title', 'title');
    on('text', ' that keeps');
    text.end('A bottle of brushed steel that keeps cold.');
    expect(reported).toEqual(['A bottle of brushed steel', ' that keeps', ' cold.']);
  });

  it('is reported once, where it is repeated from its beginning', () => {
    const { reported, text, on } = setUp();
    on('text', 'A bottle of brushed steel');
    on('restarted');
    on('text', 'A');
    on('text', ' bottle of brushed steel that');
    text.end('A bottle of brushed steel that');
    expect(reported).toEqual(['A bottle of brushed steel', ' that']);
  });

  it('is reported without what its model put around it', () => {
    const { reported, text, on } = setUp();
    for (const piece of ['<think>Hm', '.</thi', 'nk>A bottle of brushed steel', ' that keeps cold.', '<|im_', 'end|>'])
      on('text', piece);
    text.end('A bottle of brushed steel that keeps cold.');
    expect(reported.join('')).toBe('A bottle of brushed steel that keeps cold.');
  });

  it('is a failure where it goes on otherwise than it was reported', () => {
    const { reported, text, on } = setUp();
    on('text', 'A bottle of brushed steel');
    on('restarted');
    on('text', 'The bottle of brushed steel');
    expect(() => text.end('The bottle of brushed steel')).toThrow('started again');
    expect(reported).toEqual(['A bottle of brushed steel']);
  });
});
