import { useWriteAheadLog } from './write-ahead-log.ts';

describe('switching a file to write-ahead logging', () => {
  const refusing = (times: number, why: string) => {
    let asked = 0;
    return { asked: () => asked, exec: () => void (++asked <= times && fail(why)) };
  };
  const fail = (why: string): never => {
    throw new Error(why);
  };

  it('asks again while another process holds the file', () => {
    const database = refusing(2, 'database is locked');
    useWriteAheadLog(database);
    expect(database.asked()).toBe(3);
  });

  it('says at once what waiting does not fix', () => {
    const database = refusing(1, 'disk I/O error');
    expect(() => useWriteAheadLog(database)).toThrow('disk I/O error');
    expect(database.asked()).toBe(1);
  });
});
