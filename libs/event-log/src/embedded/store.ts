import type { StatementSync } from 'node:sqlite';
import { assigned, type Member } from './assignment.ts';
import type { LogFile } from './log-file.ts';
import type { Append, Commit, Coordinate, Coordination, Leave, Operation, Outcome, Placements } from './operations.ts';

/** Carries out operations inside the transaction that its writer has opened. The same code in the thread and inline. */
export class Store {
  private readonly file: LogFile;
  private readonly advance: StatementSync;
  private readonly groups: GroupTables;

  constructor(file: LogFile) {
    this.file = file;
    this.advance = file.database.prepare(
      'UPDATE progress SET next = ? WHERE group_name = ? AND partition = ? AND owner = ? AND epoch = ? AND next = ?',
    );
    this.groups = new GroupTables(file);
  }

  run(operation: Operation): Outcome {
    switch (operation.kind) {
      case 'append':
        return this.append(operation);
      case 'commit':
        return this.commit(operation);
      case 'coordinate':
        return this.coordinate(operation);
      case 'leave':
        return this.leave(operation);
    }
  }

  private append({ partitions, ids, events }: Append): Placements {
    let repeats: Set<number> | undefined;
    const offsets = events.map((event, i) => {
      const { offset, isNew } = this.file.append(partitions[i]!, ids[i]!, event);
      if (!isNew) (repeats ??= new Set()).add(i);
      return offset;
    });
    return { offsets, ...(repeats ? { repeats } : {}) };
  }

  /** The condition is the fence: a member that lost the partition, or missed a commit before this one, changes nothing. */
  private commit(commit: Commit): Placements | null {
    const { group, partition, member, epoch, from, to } = commit;
    const { changes } = this.advance.run(to, group, partition, member, epoch, from);
    return changes === 1 ? this.append(commit) : null;
  }

  /**
   * Partitions move in two steps: the owner sees that one is due to another member, finishes what it has in hand and
   * releases it; then the other claims it. Only the partitions of a dead member are taken without asking.
   */
  private coordinate({ group, member, wants, released, now, expires }: Coordinate): Coordination {
    const isNew = this.groups.refreshMember(group, member, wants, expires ?? 0);
    const gone = expires === null ? [] : this.groups.expireMembers(group, now, now + 2 * (expires - now));
    const targets = this.groups.targets(group);

    const release = released.filter((partition) => targets.get(partition) !== member);
    for (const partition of release) this.groups.release(group, partition, member);
    for (const partition of wants) if (targets.get(partition) === member) this.groups.claim(group, partition, member);

    const owned = this.groups.owned(group, member);
    const due = owned.map(({ partition }) => partition).filter((partition) => targets.get(partition) !== member);
    if (isNew || gone.length > 0 || release.length > 0) this.groups.changed(group);
    return { generation: this.file.generation(group), owned, due };
  }

  private leave({ group, member }: Leave): null {
    this.groups.removeMember(group, member);
    this.groups.changed(group);
    return null;
  }
}

/** Members of consumer groups, who owns which partition, and how far each group has come. */
class GroupTables {
  private readonly database: LogFile['database'];
  private readonly statements = new Map<string, StatementSync>();

  constructor(file: LogFile) {
    this.database = file.database;
  }

  /** Whether the member was not known before. */
  refreshMember(group: string, member: string, wants: readonly number[], expires: number): boolean {
    const known = this.sql('UPDATE members SET expires = ? WHERE group_name = ? AND name = ?');
    if (known.run(expires, group, member).changes === 1) return false;
    this.sql('INSERT INTO members (group_name, name, partitions, expires) VALUES (?, ?, ?, ?)').run(
      group,
      member,
      JSON.stringify(wants),
      expires,
    );
    const begin = this.sql('INSERT OR IGNORE INTO progress VALUES (?, ?, 0, NULL, 0)');
    for (const partition of wants) begin.run(group, partition);
    return true;
  }

  /** @param latest  whose lease is said to end later speaks by a clock that has been set back since */
  expireMembers(group: string, now: number, latest: number): string[] {
    const expired = this.sql('SELECT name FROM members WHERE group_name = ? AND (expires < ? OR expires > ?)').all(
      group,
      now,
      latest,
    );
    const names = expired.map(({ name }) => String(name));
    for (const name of names) this.removeMember(group, name);
    return names;
  }

  removeMember(group: string, member: string): void {
    this.sql('DELETE FROM members WHERE group_name = ? AND name = ?').run(group, member);
    this.sql('UPDATE progress SET owner = NULL WHERE group_name = ? AND owner = ?').run(group, member);
  }

  /** Who shall own each partition, given who is there and who owns what. */
  targets(group: string): Map<number, string> {
    const members = this.members(group);
    const rows = this.sql('SELECT partition, owner FROM progress WHERE group_name = ? ORDER BY partition').all(group);
    const wanted = rows.filter(({ partition }) => members.some((member) => member.partitions.has(Number(partition))));
    const owners = new Map(
      wanted.flatMap(({ partition, owner }) => (owner ? [[Number(partition), String(owner)]] : [])),
    );
    return assigned(
      wanted.map(({ partition }) => Number(partition)),
      members,
      owners,
    );
  }

  private members(group: string): Member[] {
    const rows = this.sql('SELECT name, partitions FROM members WHERE group_name = ? ORDER BY id').all(group);
    return rows.map(({ name, partitions }) => ({
      name: String(name),
      partitions: new Set(JSON.parse(String(partitions)) as number[]),
    }));
  }

  release(group: string, partition: number, member: string): void {
    this.sql('UPDATE progress SET owner = NULL WHERE group_name = ? AND partition = ? AND owner = ?').run(
      group,
      partition,
      member,
    );
  }

  claim(group: string, partition: number, member: string): void {
    this.sql(
      'UPDATE progress SET owner = ?, epoch = epoch + 1 WHERE group_name = ? AND partition = ? AND owner IS NULL',
    ).run(member, group, partition);
  }

  owned(group: string, member: string): Coordination['owned'] {
    return this.sql(
      'SELECT partition, epoch, next FROM progress WHERE group_name = ? AND owner = ? ORDER BY partition',
    ).all(group, member) as Coordination['owned'][number][];
  }

  /** Tells the other processes that they must coordinate. */
  changed(group: string): void {
    this.sql('INSERT INTO groups VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET generation = generation + 1').run(
      group,
    );
  }

  private sql(text: string): StatementSync {
    let statement = this.statements.get(text);
    if (!statement) this.statements.set(text, (statement = this.database.prepare(text)));
    return statement;
  }
}
