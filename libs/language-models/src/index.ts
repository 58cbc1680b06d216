export * from './adapters/create-provider.ts';
export * from './model-provider.ts';
export * from './provider-configuration.ts';
