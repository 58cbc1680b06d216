import { type CallPiece, ToolCallPlaces } from './tool-call-places.ts';

type Piece = readonly [index: number | null | undefined, id: string | null | undefined, name?: string, given?: unknown];

/** Which call each piece is told to belong to. */
function placesOf(pieces: readonly Piece[]): number[] {
  const places = new ToolCallPlaces();
  return pieces.map(([index, id, name, given]) => {
    const called = (name !== undefined || given !== undefined) && {
      function: { name: name ?? null, arguments: given },
    };
    const piece: CallPiece = { index: index ?? null, id: id ?? null, ...called };
    return places.placeOf(piece).place;
  });
}

describe('the pieces of calls', () => {
  it.each<[string, Piece[], number[]]>([
    [
      'as OpenAI sends them',
      [
        [0, 'a', 'f'],
        [0, null],
        [1, 'b', 'g'],
        [1, null],
      ],
      [0, 0, 1, 1],
    ],
    [
      'interleaved',
      [
        [0, 'a', 'f'],
        [1, 'b', 'g'],
        [0, null],
        [1, null],
        [0, null],
      ],
      [0, 1, 0, 1, 0],
    ],
    [
      'that begin at one, as translated from responses',
      [
        [1, 'a', 'f'],
        [1, null],
        [3, 'b', 'g'],
        [3, null],
      ],
      [0, 0, 1, 1],
    ],
    [
      'without an index',
      [
        [null, 'a', 'f'],
        [null, null],
        [null, 'b', 'g'],
        [null, null],
      ],
      [0, 0, 1, 1],
    ],
    [
      'with zero as every index',
      [
        [0, 'a', 'f'],
        [0, null],
        [0, 'b', 'g'],
        [0, null],
      ],
      [0, 0, 1, 1],
    ],
    [
      'without an id',
      [
        [0, null, 'f'],
        [0, null],
        [1, null, 'g'],
        [1, null],
      ],
      [0, 0, 1, 1],
    ],
    [
      'with the id in each',
      [
        [0, 'a', 'f'],
        [0, 'a'],
        [1, 'b', 'g'],
        [1, 'b'],
        [0, 'a'],
      ],
      [0, 0, 1, 1, 0],
    ],
    [
      'with the id and the name in each, and no index',
      [
        [null, 'a', 'f'],
        [null, 'a', 'f'],
        [null, 'b', 'f'],
        [null, 'a', 'f'],
      ],
      [0, 0, 1, 0],
    ],
    [
      'with a new id in each piece, but no name',
      [
        [0, 'a', 'f'],
        [0, 'x'],
        [0, 'y'],
      ],
      [0, 0, 0],
    ],
    [
      'whose id comes after the name',
      [
        [0, null, 'f'],
        [0, 'a'],
        [0, null],
      ],
      [0, 0, 0],
    ],
    [
      'whose head has another index than their rest',
      [
        [0, 'a', 'f'],
        [0, null],
        [0, 'b', 'g'],
        [1, null],
        [1, null],
      ],
      [0, 0, 1, 1, 1],
    ],
    [
      'whose head has an index, and their rest none',
      [
        [0, 'a', 'f'],
        [null, null],
        [1, 'b', 'g'],
        [null, null],
      ],
      [0, 0, 1, 1],
    ],
    [
      'that come back to an id under another index',
      [
        [0, 'a', 'f'],
        [1, 'b', 'g'],
        [5, 'a'],
      ],
      [0, 1, 0],
    ],
    [
      'with empty ids',
      [
        [0, 'a', 'f'],
        [0, ''],
        [1, 'b', 'g'],
        [1, ''],
      ],
      [0, 0, 1, 1],
    ],
    [
      'with the same name in each piece of what they are called with',
      [
        [0, 'a', 'f', '{"x":'],
        [0, 'a', 'f', '1}'],
        [0, 'a', 'f', ''],
        [1, 'b', 'f', '{}'],
      ],
      [0, 0, 0, 1],
    ],
    [
      'whole, with neither index nor id',
      [
        [null, null, 'f', '{"x":1}'],
        [null, null, 'g', '{"y":2}'],
        [null, null, 'g', '{"y":3}'],
      ],
      [0, 1, 2],
    ],
    [
      'whole, as objects',
      [
        [0, null, 'f', { x: 1 }],
        [0, null, 'f', { x: 2 }],
      ],
      [0, 1],
    ],
    [
      'in pieces, with neither index nor id',
      [
        [null, null, 'f', ''],
        [null, null, undefined, '{"x":'],
        [null, null, undefined, '1}'],
        [null, null, 'g', ''],
        [null, null, undefined, '{}'],
      ],
      [0, 0, 0, 1, 1],
    ],
    [
      'with one id for all, and an index for each',
      [
        [0, 'f', 'f', '{"x":1}'],
        [1, 'f', 'f', '{"x":2}'],
        [1, null, undefined, ' '],
      ],
      [0, 1, 1],
    ],
    [
      'with one id for all, and no index',
      [
        [null, 'f', 'f', '{"x":1}'],
        [null, 'f', 'f', '{"x":2}'],
      ],
      [0, 1],
    ],
    [
      'whose name comes in pieces',
      [
        [0, 'a', 'get_'],
        [0, null, 'weather'],
        [0, null, undefined, '{}'],
        [1, 'b', 'g'],
      ],
      [0, 0, 0, 1],
    ],
  ])('are told apart %s', (_how, pieces, places) => {
    expect(placesOf(pieces)).toEqual(places);
  });
});
