import mongoose from 'mongoose';
import { describeReadModel } from '../testing/read-model.contract.ts';
import { openMongoReadModel } from './open.ts';

const uri = process.env['MONGO_URI'];
const isRequired = process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1';

if (uri) againstServer(uri);
else if (isRequired)
  it('MongoDB read model has a server', () => {
    throw new Error('CONTENTFLOW_REQUIRE_SERVERS is set but MONGO_URI is not; start one with infra/mongo/up');
  });
else it.skip('MongoDB read model (no MONGO_URI: start a server with infra/mongo/up)', () => undefined);

function againstServer(server: string): void {
  const prefix = `read_model_${process.pid}`;
  let databases = 0;
  const newest = (): string => `${prefix}_${databases}`;

  describeReadModel('MongoDB read model', {
    fresh: () => {
      databases++;
      return openMongoReadModel({ uri: server, database: newest() });
    },
    second: () => openMongoReadModel({ uri: server, database: newest() }),
    place: () => ({ uri: server, database: newest() }),
    runs: 25,
  });

  afterAll(async () => {
    const connection = await mongoose.createConnection(server).asPromise();
    for (let n = 1; n <= databases; n++) await connection.useDb(`${prefix}_${n}`).dropDatabase();
    await connection.close();
  });

  it('says what to fix when there is no server', async () => {
    const nobody = openMongoReadModel({ uri: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200', database: 'x' });
    await expect(nobody).rejects.toThrow(/no MongoDB: .*check MONGO_URI/);
  });
}
