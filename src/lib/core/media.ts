const BY_EXTENSION: Record<string, string> = {
	csv: 'text/csv',
	tsv: 'text/tab-separated-values',
	md: 'text/markdown',
	markdown: 'text/markdown',
	txt: 'text/plain',
	json: 'application/json'
};

/** Media type of a file by its extension; systems disagree about CSV and Markdown, so theirs is asked last. */
export function mediaOf(file: { name: string; type: string }): string {
	const extension = file.name.toLowerCase().split('.').pop() ?? '';
	return BY_EXTENSION[extension] ?? (file.type || 'application/octet-stream');
}
