import { type FocusEvent, useState } from 'react';

/** A live list that stands still while one points at it or moves through it by keyboard. */
export function useHeld<Items>(live: Items | undefined): {
  readonly held: Items | undefined;
  readonly isHeld: boolean;
  readonly release: () => void;
  readonly handlers: HoldHandlers;
} {
  const [held, setHeld] = useState<Items>();
  const hold = (): void => setHeld((before) => before ?? live);
  const release = (): void => setHeld(undefined);
  return {
    held: held ?? live,
    isHeld: held !== undefined,
    release,
    handlers: {
      onPointerEnter: hold,
      onPointerLeave: release,
      // A click leaves focus behind, also when a dialog gives it back: that alone holds nothing.
      onFocus: ({ target }) => target.matches(':focus-visible') && hold(),
      onBlur: ({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && release(),
    },
  };
}

interface HoldHandlers {
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}
