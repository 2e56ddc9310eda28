import type { OfficeFile } from './office';
import type { Reading } from './reading';
import { readXml } from './xml';

/** Where a part of an Office file points to: target path and kind by relation id. */
export type Relations = ReadonlyMap<string, { path: string; kind: string }>;

/** The relations of a part; none when it has no list of them. Links to the world outside are left out. */
export async function relationsOf(
	file: { name: string },
	office: OfficeFile,
	part: string,
	reading: Reading
): Promise<Relations> {
	const slash = part.lastIndexOf('/');
	const [folder, base] = [part.slice(0, slash), part.slice(slash + 1)];
	const list = `${folder}/_rels/${base}.rels`;
	const found = new Map<string, { path: string; kind: string }>();
	if (!office.has(list)) return found;
	await readXml(
		file,
		await office.part(list),
		{
			open(name, attribute) {
				if (localName(name) !== 'Relationship' || attribute('TargetMode') === 'External') return;
				const kind = attribute('Type')?.split('/').pop() ?? '';
				found.set(attribute('Id') ?? '', { path: resolve(folder, attribute('Target') ?? ''), kind });
			}
		},
		reading
	);
	return found;
}

function resolve(folder: string, target: string): string {
	if (target.startsWith('/')) return target.slice(1);
	const path = folder.split('/');
	for (const step of target.split('/')) {
		if (step === '..') path.pop();
		else if (step !== '.') path.push(step);
	}
	return path.join('/');
}

/** The name without the prefix, which each program chooses for itself. */
export function localName(name: string): string {
	return name.slice(name.indexOf(':') + 1);
}
