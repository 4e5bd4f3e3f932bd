// Each turn's link plays the recording from there; without this file the sound opens in a tab of its own.
const player = document.querySelector('[data-player]');
for (const link of document.querySelectorAll('[data-seek]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    player.currentTime = Math.max(0, Number(link.dataset.seek) - 0.5);
    player.play();
  });
}
