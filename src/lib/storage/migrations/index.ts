import type { Migration } from './contract';

const files = import.meta.glob<Migration>('./[0-9]*.ts', { eager: true, import: 'default' });

/** Every version of the database, the oldest first. */
export const migrations: Migration[] = Object.values(files).sort((a, b) => a.version - b.version);

export type { Migration };
