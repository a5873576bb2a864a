import { type NestFastifyApplication } from '@nestjs/platform-fastify';

type Plugin = Parameters<NestFastifyApplication['register']>[0];

/**
 * A plugin of Fastify, for `app.register()`. The plugin's types speak of the Fastify at the root, Nest's of the one that it
 * brings along: the same at run time, but not for the compiler.
 */
export function fastifyPlugin(plugin: unknown): Plugin {
  return plugin as Plugin;
}
