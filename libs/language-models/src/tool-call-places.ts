/** A piece of a tool's call, as it arrives in a stream. */
export interface CallPiece {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null } | null;
}

/**
 * Which call each piece of a stream belongs to. OpenAI's servers tell calls apart by their index; others leave it out, or say 0 of every call:
 * there a new id that comes with a name begins a new one.
 */
export class ToolCallPlaces {
  /** Where the calls stand that the server gives each index to. */
  private readonly places = new Map<number | undefined, { place: number; id: string }>();
  private count = 0;

  placeOf({ index, id, function: called }: CallPiece): number {
    const key = index ?? undefined;
    const known = this.places.get(key);
    const isAnother = known !== undefined && Boolean(id) && known.id !== '' && id !== known.id && Boolean(called?.name);
    if (known && !isAnother) {
      if (id && known.id === '') known.id = id;
      return known.place;
    }
    const place = this.count++;
    this.places.set(key, { place, id: id ?? '' });
    return place;
  }
}
