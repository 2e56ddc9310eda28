import { goto } from '$app/navigation';
import { installTemplate, newWorkflow, openExample } from '$lib/app';
import { toastFailure } from '$lib/ui';
import { paths } from '../paths';
import { bringIn, pickFile } from '../_shell/importing';

/** The ways into Galley; each says what went wrong and leaves everything as it was. */

export async function seeExample(): Promise<void> {
	const opened = await openExample();
	if (opened.ok) await goto(paths.run(opened.value.runId));
	else toastFailure(opened.failure);
}

export async function useTemplate(id: string): Promise<void> {
	const made = await installTemplate(id);
	if (made.ok) await goto(paths.start(made.value));
	else toastFailure(made.failure);
}

export async function writeNew(): Promise<void> {
	const made = await newWorkflow();
	if (made.ok) await goto(paths.edit(made.value));
	else toastFailure(made.failure);
}

export async function importOne(): Promise<void> {
	const file = await pickFile();
	if (file) await bringIn(file);
}
