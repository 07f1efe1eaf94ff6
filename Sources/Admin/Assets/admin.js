// What the administration's pages do besides what all pages do: they tell what is new where they can, and heed keys.
// Without script every page and every act works as well.

// A click elsewhere, and Escape, close what is open.
const openOnes = () => $$('details:is(.menu,.ask)[open]');
addEventListener('click', ({ target }) => {
	for (const part of openOnes()) if (!part.contains(target)) part.open = false;
});

const pages = { o: '', j: 'jobs', c: 'conversations', r: 'running', d: 'deliveries', s: 'sessions', b: 'bots', n: 'nodes', a: 'audit' };
let isGoing;
addEventListener('keydown', event => {
	const { key, target } = event;
	if (key === 'Escape') {
		for (const part of openOnes()) {
			part.open = false;
			part.querySelector('summary').focus();
		}
		return;
	}
	if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target.matches('input,select,textarea')) return;
	const wasGoing = isGoing;
	isGoing = key === 'g';
	if (wasGoing && key in pages) location.href = `/admin/${pages[key]}`;
	else if (key === '/') {
		event.preventDefault();
		document.querySelector('#q').focus();
	} else if (key === ']') document.querySelector('a[rel=next]')?.click();
	else if (key === '[') history.back();
	else if (key === 'j' || key === 'k' || key === 'ArrowDown' || key === 'ArrowUp') {
		const rows = $$('tbody th a');
		if (!rows.length) return;
		const step = key === 'j' || key === 'ArrowDown' ? 1 : -1;
		const now = rows.indexOf(document.activeElement);
		if (now < 0 && key.startsWith('Arrow')) return;
		event.preventDefault();
		rows[Math.max(0, Math.min(rows.length - 1, now + step))].focus();
	}
});

const page = {
	parts: ['main', 'title'], headers: () => ({}),
	take: queue, filled() {}, live() {}, leave() {},
	show() {},
	// From the first piece on the page has another content than the one that it came with.
	put() { $('main').dataset.events = $('main').dataset.events.replace(/&have=\w+/, ''); },
};
connect();
