import BookText from '@lucide/svelte/icons/book-text';
import Clock from '@lucide/svelte/icons/clock';
import Cpu from '@lucide/svelte/icons/cpu';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import House from '@lucide/svelte/icons/house';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ReceiptText from '@lucide/svelte/icons/receipt-text';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import { paths } from '../paths';

/** The screens, in the order of the sidebar. `key` follows `g`. */
export const SCREENS = [
	{ href: paths.home, title: 'Home', icon: House, key: 'h' },
	{ href: paths.workflows, title: 'Workflows', icon: ListChecks, key: 'w' },
	{ href: paths.runs, title: 'Runs', icon: BookText, key: 'r' },
	{ href: paths.waiting, title: 'Waiting for you', icon: Clock, key: 'y' },
	{ href: paths.library, title: 'Library', icon: FolderOpen, key: 'l' },
	{ href: paths.corrections, title: 'Corrections', icon: StickyNote, key: 'c' },
	{ href: paths.models, title: 'Models', icon: Cpu, key: 'm' },
	{ href: paths.ledger(), title: 'Ledger', icon: ReceiptText, key: 'e' },
	{ href: paths.settings, title: 'Settings', icon: SlidersHorizontal, key: 's' }
] as const;

/** Is this the screen the person is on? Home and the two lists of runs are exact, the others own what is below them. */
export function isHere(href: string, url: URL): boolean {
	if (href === paths.home) return url.pathname === '/';
	const waiting = url.pathname === '/runs' && url.searchParams.get('status') === 'waiting';
	if (href === paths.waiting) return waiting;
	if (href === paths.runs && waiting) return false;
	return url.pathname === href || url.pathname.startsWith(`${href}/`);
}
