const WORDS =
	'revenue margin week region order customer return delivery stock price report change cause plan team question answer'.split(
		' '
	);

/** Words that differ from cell to cell and are the same in every run of the bench. */
function words(seed: number, count: number): string {
	return Array.from(
		{ length: count },
		(_, index) => WORDS[(seed * 7 + index * index + index) % WORDS.length]
	).join(' ');
}

/** About 2 KB: Markdown with a heading, prose, a list and a table, or typed data. */
export function contentOf(cell: number): unknown {
	if (cell % 2 === 1) {
		return {
			part: cell,
			summary: words(cell, 60),
			rows: Array.from({ length: 12 }, (_, row) => ({
				name: words(cell + row, 3),
				count: cell + row,
				note: words(row, 10)
			}))
		};
	}
	const list = Array.from({ length: 6 }, (_, item) => `- **${words(item, 2)}**: ${words(cell + item, 12)}`);
	const table = Array.from(
		{ length: 6 },
		(_, row) => `| ${words(row, 2)} | ${cell + row} | ${words(cell, 4)} |`
	);
	return [
		`## Part ${cell + 1} of the notebook`,
		words(cell, 70) + '.',
		list.join('\n'),
		['| Name | Count | Note |', '| --- | --- | --- |', ...table].join('\n'),
		words(cell + 1, 60) + '.'
	].join('\n\n');
}
