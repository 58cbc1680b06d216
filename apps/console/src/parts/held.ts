import { type FocusEvent, useState } from 'react';

interface Hold<Items> {
  readonly of: string;
  readonly items: Items;
}

/** A live list that stands still while one points at it or moves through it by keyboard; another question lets it go. */
export function useHeld<Items>(
  live: Items | undefined,
  question = '',
): {
  readonly held: Items | undefined;
  readonly isHeld: boolean;
  readonly handlers: HoldHandlers;
} {
  const [hold, setHold] = useState<Hold<Items>>();
  const current = hold?.of === question ? hold : undefined;
  const begin = (): void => {
    if (!current && live !== undefined) setHold({ of: question, items: live });
  };
  const release = (): void => setHold(undefined);
  return {
    held: current?.items ?? live,
    isHeld: current !== undefined,
    handlers: {
      onPointerEnter: begin,
      onPointerLeave: release,
      // A click leaves focus behind, also when a dialog gives it back: that alone holds nothing.
      onFocus: ({ target }) => target.matches(':focus-visible') && begin(),
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
