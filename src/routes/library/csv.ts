/** The beginning of a CSV as rows. The parser is fetched when the first table is opened. */
export interface Preview {
	columns: string[];
	rows: string[][];
	/** There is more than the rows. */
	more: boolean;
}

export async function previewCsv(text: string, rows: number): Promise<Preview> {
	const { default: Papa } = await import('papaparse');
	const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
		preview: rows + 2,
		skipEmptyLines: 'greedy'
	});
	const [columns = [], ...found] = parsed.data;
	return { columns, rows: found.slice(0, rows), more: found.length > rows };
}
