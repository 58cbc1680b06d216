import { type Command, Option } from 'commander';

export const data = (to: Command): Command =>
  to.addOption(
    new Option('--data <dir>', "the embedded engine's folder").env('CONTENTFLOW_DATA').default('.contentflow/data'),
  );
/** A folder, or the brokers of a deployment: for commands that read its log alone. */
export const log = (to: Command): Command =>
  data(to).option('--kafka <brokers>', 'Kafka brokers, separated by commas, instead of a folder');
/** A folder, or the servers of a deployment. */
export const engine = (to: Command): Command => log(to).option('--mongo <uri>', 'MongoDB, with --kafka');
export const config = (to: Command): Command =>
  to.addOption(new Option('--config <file>', 'the configuration file').env('CONTENTFLOW_CONFIG'));
export const json = (to: Command): Command => to.option('--json', 'JSON on standard output');
/** What asks a system that runs. */
export const asking = (to: Command): Command =>
  to
    .addOption(
      new Option('--url <url>', 'where ContentFlow listens').env('CONTENTFLOW_URL').default('http://127.0.0.1:4000'),
    )
    .addOption(new Option('--key <key>', 'where it asks for one').env('CONTENTFLOW_KEY'))
    .option('--by <name>', 'who says so, where no key does', 'operator');
export const running = (to: Command): Command => json(asking(to));
