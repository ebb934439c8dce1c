"""What WordPress makes of a post's content: its words, its galleries, its pictures."""

from pathlib import Path

import pytest

from tests.portability.test_wxr import UPLOADS, found, item, upload


@pytest.mark.parametrize(("gallery", "shown"), [("", "a c"), (' exclude="13"', "a")])
def test_a_bare_gallery_shows_what_was_uploaded_to_the_post(
    tmp_path: Path, gallery: str, shown: str
) -> None:
    (one,) = found(
        tmp_path,
        upload(11, "a.jpg", parent=7),
        upload(12, "b.jpg", parent=8),
        upload(13, "c.jpg", parent=7),
        upload(14, "program.pdf", parent=7),
        item(7, f"[gallery{gallery}]"),
    )
    assert [picture.source for picture in one.pictures] == [
        f"{UPLOADS}/{name}.jpg" for name in shown.split()
    ]


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("Ett\r\nTvå\r\n\r\nTre", "Ett\nTvå\n\nTre"),
        ("Han sa [sic] och [1] det", "Han sa \\[sic] och \\[1] det"),
        ('[vc_row a="b"]Ord[/vc_row][divider]', "Ord\\[divider]"),
        ('[su_box title="x"]Inne[/su_box]', "Inne"),
        ("<!-- wp:paragraph -->\n<p>Ett</p>\n<!-- /wp:paragraph -->", "Ett"),
        ("Se\n\nhttps://youtu.be/abc\n\nslut", "Se\n\n<https://youtu.be/abc>\n\nslut"),
        ("[embed]https://youtu.be/abc[/embed]", "<https://youtu.be/abc>"),
        ("<script>alert(1)</script><p>Kvar</p>", "Kvar"),
        ("Ett<!--nextpage-->Två", "Ett\n\nTvå"),
        ("Ett<br />\r\nTvå", "Ett\nTvå"),
        ("Se\n\nhttps://example.org/?a=1&amp;b=2", "Se\n\n<https://example.org/?a=1&b=2>"),
        ("[youtube https://youtu.be/watch?v=abc]", "<https://youtu.be/watch?v=abc>"),
        ("<table>\n<tr><td>A</td>\n\n<td>B</td></tr>\n\n</table>", "A | B"),
        (
            (
                "<!-- wp:freeform -->\nEtt\n\nTvå\nTre\n<!-- /wp:freeform -->\n"
                "<!-- wp:paragraph -->\n<p>Fyra</p>\n<!-- /wp:paragraph -->"
            ),
            "Ett\n\nTvå\nTre\n\nFyra",
        ),
        (
            (
                '<!-- wp:file --><div><a href="/a.pdf">Program</a><a href="/a.pdf"'
                ' class="wp-block-file__button" download>Ladda ner</a></div><!-- /wp:file -->'
            ),
            "[Program](https://example.org/a.pdf)",
        ),
    ],
)
def test_words_as_wordpress_shows_them(tmp_path: Path, content: str, body: str) -> None:
    (one,) = found(tmp_path, item(7, content))
    assert one.content.body.replace("\\[", "[") == body.replace("\\[", "[")


def test_patterns_that_posts_show_are_part_of_them(tmp_path: Path) -> None:
    pattern = item(55, "<!-- wp:paragraph --><p>Kom gärna.</p>", post_type="wp_block")
    (one,) = found(tmp_path, item(7, '<p>Ord</p><!-- wp:block {"ref":55,"x":{}} /-->'), pattern)
    assert one.content.body == "Ord\n\nKom gärna."


def test_a_picture_by_another_of_its_addresses(tmp_path: Path) -> None:
    copy = "https://i0.wp.com/example.org/wp-content/uploads/2019/05/kor-300x200.jpg?resize=300"
    (one,) = found(tmp_path, upload(11, "kor.jpg", alt="Kören"), item(7, f'<img src="{copy}">'))
    assert [(picture.source, picture.alt) for picture in one.pictures] == [
        (f"{UPLOADS}/kor.jpg", "Kören")
    ]


GALLERY = f"""<!-- wp:gallery {{"linkTo":"none"}} -->
<figure class="wp-block-gallery has-nested-images"><!-- wp:image {{"id":11}} -->
<figure class="wp-block-image"><img src="{UPLOADS}/a-1024x683.jpg" alt="" class="wp-image-11"/>
<figcaption class="wp-element-caption">Vid <em>ån</em>. Foto: Amal</figcaption></figure>
<!-- /wp:image --><!-- wp:image {{"id":12}} -->
<figure class="wp-block-image"><img src="{UPLOADS}/b-1024x683.jpg" alt="Ön"/></figure>
<!-- /wp:image --><figcaption class="blocks-gallery-caption">Båda</figcaption></figure>
<!-- /wp:gallery -->"""


def test_a_gallery_of_blocks(tmp_path: Path) -> None:
    uploads = upload(11, "a.jpg", alt="Ån"), upload(12, "b.jpg")
    (one,) = found(tmp_path, *uploads, item(7, GALLERY))
    assert [(p.source.rpartition("/")[2], p.alt, p.caption, p.credit) for p in one.pictures] == [
        ("a.jpg", "Ån", "Vid ån.", "Amal"), ("b.jpg", "Ön", "", ""),
    ]  # fmt: skip
    assert one.content.body == "Båda"
