/** A piece of a tool's call, as it arrives in a stream. */
export interface CallPiece {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null } | null;
}

/**
 * Which call each piece of a stream belongs to. OpenAI's servers tell calls apart by their index; others leave it out, say 0 of every call,
 * or another one in the head of a call than in its rest. So an id that was seen before is that call's; a new id that comes with a name
 * begins a new one; and what nothing is known of goes on with the call that is being written.
 */
export class ToolCallPlaces {
  private readonly byId = new Map<string, number>();
  /** Where the call stands that the server last gave an index to, and under which id. */
  private readonly byIndex = new Map<number | undefined, { readonly place: number; id: string }>();
  private count = 0;
  private last = 0;

  placeOf({ index, id, function: called }: CallPiece): number {
    const key = index ?? undefined;
    this.last = this.known(key, id ?? '', Boolean(called?.name)) ?? this.begun(key, id ?? '');
    return this.last;
  }

  private known(index: number | undefined, id: string, isNamed: boolean): number | undefined {
    const byId = id === '' ? undefined : this.byId.get(id);
    if (byId !== undefined) return byId;
    const found = this.byIndex.get(index);
    if (!found) return this.count > 0 && id === '' && !isNamed ? this.last : undefined;
    if (id !== '' && found.id !== '' && isNamed) return undefined;
    if (id !== '' && found.id === '') {
      found.id = id;
      this.byId.set(id, found.place);
    }
    return found.place;
  }

  private begun(index: number | undefined, id: string): number {
    const place = this.count++;
    this.byIndex.set(index, { place, id });
    if (id !== '') this.byId.set(id, place);
    return place;
  }
}
