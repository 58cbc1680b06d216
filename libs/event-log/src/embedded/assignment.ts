/** A member of a consumer group and the partitions it reads. */
export interface Member {
  readonly name: string;
  readonly partitions: ReadonlySet<number>;
}

/**
 * Who shall own which partition: spread evenly, each kept by its owner where that is fair, so that a rebalance moves little.
 * Depends on its arguments alone, so every process computes the same.
 */
export function assigned(
  partitions: readonly number[],
  members: readonly Member[],
  owners: ReadonlyMap<number, string>,
): Map<number, string> {
  const result = new Map<number, string>();
  const load = new Map(members.map((member) => [member.name, 0]));
  const give = (partition: number, member: Member): void => {
    result.set(partition, member.name);
    load.set(member.name, (load.get(member.name) ?? 0) + 1);
  };

  keepFairShare(partitions, members, owners, give);
  for (const partition of partitions) {
    if (result.has(partition)) continue;
    const member = leastLoaded(members, partition, load);
    if (member) give(partition, member);
  }
  return result;
}

function keepFairShare(
  partitions: readonly number[],
  members: readonly Member[],
  owners: ReadonlyMap<number, string>,
  give: (partition: number, member: Member) => void,
): void {
  const share = Math.floor(partitions.length / members.length);
  let larger = partitions.length % members.length;
  const kept = members
    .map((member) => ({
      member,
      own: partitions.filter((p) => owners.get(p) === member.name && member.partitions.has(p)),
    }))
    .sort((a, b) => b.own.length - a.own.length);
  for (const { member, own } of kept) {
    const mayKeep = own.length > share && larger > 0 ? share + 1 : share;
    if (mayKeep > share) larger--;
    for (const partition of own.slice(0, mayKeep)) give(partition, member);
  }
}

function leastLoaded(
  members: readonly Member[],
  partition: number,
  load: ReadonlyMap<string, number>,
): Member | undefined {
  let best: Member | undefined;
  for (const member of members)
    if (member.partitions.has(partition) && (!best || load.get(member.name)! < load.get(best.name)!)) best = member;
  return best;
}
