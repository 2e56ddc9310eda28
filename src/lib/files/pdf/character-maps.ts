const maps = import.meta.glob<string>('/node_modules/pdfjs-dist/cmaps/*.bcmap', {
	query: '?url&no-inline',
	import: 'default',
	eager: true
});

/** Gives pdf.js the tables by which it reads Chinese, Japanese and Korean text, each from its own file of ours. */
export class CharacterMaps {
	async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
		const url = maps[`/node_modules/pdfjs-dist/cmaps/${filename}`];
		if (kind !== 'cMapUrl' || url === undefined) throw new Error(`There is no ${filename}.`);
		const response = await fetch(url);
		if (!response.ok) throw new Error(`${filename} could not be fetched.`);
		return new Uint8Array(await response.arrayBuffer());
	}
}
