//! The things that each group talks about, in the language of the group.

#[rustfmt::skip]
pub(in super::super) const MAKING: &[&str] = &[
    "激光切割机", "木工台", "小台灯", "焊台", "丝杆", "亚克力板",
    "砂带机", "工具墙", "黑胡桃边角料", "收纳架", "陶瓷釉料", "机械键盘外壳",
    "皮具", "展板",
];

#[rustfmt::skip]
pub(in super::super) const PRINTING: &[&str] = &[
    "喷嘴", "热床", "支撑结构", "首层", "耗材干燥箱", "切片参数",
    "树脂", "打印平台", "回抽设置", "拉丝问题", "模型倒角", "柔性耗材",
    "风扇罩", "齿轮件",
];

#[rustfmt::skip]
pub(in super::super) const PRODUCT: &[&str] = &[
    "新版首页", "通知设置", "批量导入", "权限页面", "导出报表", "搜索结果",
    "移动端", "深色模式", "快捷键", "新手引导", "数据看板", "审批流程",
    "日历视图", "内测版",
];

#[rustfmt::skip]
pub(in super::super) const SUCCESS: &[&str] = &[
    "上线计划", "客户回访", "培训材料", "续约沟通", "使用周报", "问题清单",
    "成功案例", "健康度评分", "对接群", "交付排期", "满意度问卷", "操作手册",
];

#[rustfmt::skip]
pub(in super::super) const MENDING: &[&str] = &[
    "旧藤椅", "老收音机", "牛仔布", "缝纫机", "木抽屉", "台扇",
    "搪瓷杯", "自行车链条", "毛衣", "皮箱", "挂钟", "灯罩",
];

#[rustfmt::skip]
pub(in super::super) const RUNNING: &[&str] = &[
    "晨跑路线", "配速", "滨江步道", "拉伸", "跑鞋", "补水",
    "间歇训练", "心率", "轻松跑", "五公里", "热身动作", "江边的风",
    "打卡", "早餐",
];

#[rustfmt::skip]
pub(in super::super) const TRAIL: &[&str] = &[
    "越野杖", "下坡技术", "头灯", "补给点", "爬升", "山脊线",
    "防水外套", "轨迹文件", "竹林步道", "石阶", "登山杖", "天气预报",
];

#[rustfmt::skip]
pub(in super::super) const HALF_MARATHON: &[&str] = &[
    "长距离", "配速表", "能量胶", "力量训练", "恢复跑", "训练计划",
    "比赛日早餐", "减量周", "乳酸阈值", "跑姿", "压缩袜", "马拉松配速组",
];

#[rustfmt::skip]
pub(in super::super) const SOUND: &[&str] = &[
    "contact mic", "harbor recording", "wind cover", "tape hiss", "preamp", "dawn chorus",
    "rain track", "stereo pair", "tram depot take", "spectrogram", "hydrophone", "noise floor",
];

#[rustfmt::skip]
pub(in super::super) const WOODWORK: &[&str] = &[
    "workbench", "hand plane", "jig", "offcut", "bench vise", "dovetail",
    "glue-up", "first project", "clamp rack", "sanding block", "finger joint", "birch plywood",
    "stool", "tool roll",
];

#[rustfmt::skip]
pub(in super::super) const ELECTRONICS: &[&str] = &[
    "soldering iron", "breadboard", "stepper motor", "level shifter", "enclosure", "bench supply",
    "sensor board", "oscilloscope", "ribbon cable", "firmware", "logic analyzer", "flux",
    "relay module", "weather station",
];
