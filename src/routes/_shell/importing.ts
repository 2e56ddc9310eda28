import { goto } from '$app/navigation';
import { importFile, type Imported } from '$lib/app';
import { count, toast, toastFailure } from '$lib/ui';
import { shell } from './shell.svelte';

/** Brings a Galley file in; for one that is locked the passphrase is asked for. */
export async function bringIn(file: File): Promise<void> {
	const done = await importFile(file);
	if (done.ok) await arrived(done.value);
	else if (done.failure.code === 'import.locked') shell.locked = file;
	else toastFailure(done.failure);
}

/** Says what came in, and goes there. */
export async function arrived(imported: Imported): Promise<void> {
	const { runs, workflows, notes, retired = 0, goto: href, said, signer } = imported;
	const signed = signer ? ` Signed by ${signer}; compare that with what its sender says.` : '';
	const asleep =
		retired > 0
			? ` ${count(retired, 'note')} would also count for what is yours: retired, until you restore ${retired === 1 ? 'it' : 'them'} under Corrections.`
			: '';
	const parts = [
		runs > 0 && count(runs, 'run'),
		workflows > 0 && count(workflows, 'workflow'),
		notes > 0 && count(notes, 'note')
	].filter(Boolean);
	toast(
		said ??
			(parts.length > 0
				? `Imported ${parts.join(', ')}.${asleep}${signed}`
				: `Everything in that file was here already. Nothing was changed.${signed}`)
	);
	if (href) await goto(href);
}

/** Lets the person choose one file to import. Resolves to null when they choose none. */
export function pickFile(): Promise<File | null> {
	return new Promise((resolve) => {
		const input = document.createElement('input');
		input.type = 'file';
		input.accept = '.json,.yaml,.yml,.html,.age,application/json,text/html';
		input.addEventListener('change', () => resolve(input.files?.[0] ?? null), { once: true });
		input.addEventListener('cancel', () => resolve(null), { once: true });
		input.click();
	});
}
