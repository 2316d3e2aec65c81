// A video plays in place once it is pressed; before that nothing is asked of anybody.
for (const link of document.querySelectorAll('.video-play')) {
  link.addEventListener('click', event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const frame = document.createElement('iframe')
    frame.src = link.dataset.embed
    frame.title = link.dataset.title
    frame.allow = 'autoplay; fullscreen; picture-in-picture'
    frame.referrerPolicy = 'strict-origin-when-cross-origin'
    frame.className = 'video-frame'
    link.replaceWith(frame)
    frame.focus()
  })
}
