import { GeneratorModule, generatorOptions } from '@contentflow/generator';
import { runService } from '@contentflow/nest-platform';

await runService({
  name: 'generator',
  modules: (configuration) => [GeneratorModule.of(generatorOptions(configuration))],
  callsModels: true,
});
