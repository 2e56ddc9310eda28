// Zod probes `new Function` on its first object schema, which raises a violation report under our content
// security policy. Its configuration is one global object, so it can be set here without loading Zod.
const holder = globalThis as { __zod_globalConfig?: { jitless?: boolean } };
holder.__zod_globalConfig = Object.assign(holder.__zod_globalConfig ?? {}, { jitless: true });

export {};
