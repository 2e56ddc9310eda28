import { hashOfJson } from './hash';
import type { ProviderChoice } from './report';

/** The name of a connection: another address, model or key is another one. */
export function connectionName({ id, config, key }: ProviderChoice): string {
	return hashOfJson({ id, config, key: key ?? null });
}
