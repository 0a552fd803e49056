import pytest
from playwright.sync_api import Page, expect


@pytest.mark.browser
def test_a_page_is_drawn_and_scripts_run(page: Page) -> None:
    page.set_content("<h1>Certifications</h1><script>document.title = 'ready'</script>")

    expect(page.get_by_role("heading", name="Certifications")).to_be_visible()
    assert page.title() == "ready"
