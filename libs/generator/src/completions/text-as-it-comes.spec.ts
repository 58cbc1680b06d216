import { TextAsItComes } from './text-as-it-comes.ts';

describe('a text that is passed on as it comes', () => {
  const setUp = () => {
    const told: string[] = [];
    const text = new TextAsItComes((piece) => told.push(piece));
    const on = (state: string, piece?: string, step = 'draft') =>
      text.on({ type: 'GenerationProgressed', data: { step, state, text: piece } }, 'draft');
    return { told, text, on };
  };

  it('is told piece by piece, and at its end what is left', () => {
    const { told, text, on } = setUp();
    on('started');
    on('text', 'A bottle');
    on('text', 'A title', 'title');
    on('text', ' that keeps');
    text.end('A bottle that keeps cold.');
    expect(told).toEqual(['A bottle', ' that keeps', ' cold.']);
  });

  it('is told once, where it is repeated from its beginning', () => {
    const { told, text, on } = setUp();
    on('text', 'A bottle');
    on('restarted');
    on('text', 'A');
    on('text', ' bottle that');
    text.end('A bottle that');
    expect(told).toEqual(['A bottle', ' that']);
  });

  it('is a failure where it goes on otherwise than it was told', () => {
    const { told, text, on } = setUp();
    on('text', 'A bottle');
    on('restarted');
    on('text', 'The bottle');
    expect(() => text.end('The bottle')).toThrow('started again');
    expect(told).toEqual(['A bottle']);
  });
});
