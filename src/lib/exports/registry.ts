import type { ExportFormat } from './contract';

const found = import.meta.glob<ExportFormat>(['./formats/*.ts', '!./formats/*.test.ts'], {
	eager: true,
	import: 'default'
});

/** Every export format, by title. A new file in `formats/` is in it by being there. */
export const exportFormats: readonly ExportFormat[] = Object.values(found).sort((a, b) =>
	a.title.localeCompare(b.title)
);

export function exportFormat(id: string): ExportFormat | null {
	return exportFormats.find((format) => format.id === id) ?? null;
}
